import type { DeviceInfo } from '../../shared/contract/device.ts'
import { inputsOf, type JobSpec, type Plan } from '../../shared/contract/job.ts'
import type { PartialParameters } from '../../shared/contract/parameters.ts'
import { overridePreset } from '../../shared/contract/preset.ts'
import { parameters as parametersSchema } from '../../shared/contract/parameters.ts'
import type { EngineHost } from '../engine-host.ts'
import { estimateMs } from './time-model.ts'
import type { Calibrations } from './calibrations.ts'

/** A change that makes a job fit, with what it would take then. */
export interface FittingChange {
  /** "Size 768 px instead of 1024 px" */
  readonly words: string
  readonly changes: PartialParameters
  readonly memoryBytes: number
}

export interface Forecast {
  readonly plan: Plan
  readonly device: DeviceInfo
  /** Free memory of the machine, now. */
  readonly freeMemoryBytes: number
  /** `null` if this machine was not measured yet. */
  readonly estimatedMs: number | null
  readonly fits: boolean
  /** Changes that make it fit, best first; empty if it fits. */
  readonly options: FittingChange[]
}

export interface ForecastTools {
  /** Makes plans, and nothing else. */
  readonly planner: Pick<EngineHost, 'call'>
  readonly calibrations: Calibrations
  /** Free memory of the machine, now; by default as the system reports it. */
  readonly freeMemoryBytes?: number
}

/** The system and other programs need room too. */
const shareOfFree = 0.9

/** Time and memory that a job will take on a device, from its pictures' headers and this machine's calibration. */
export async function forecast(
  { planner, calibrations, freeMemoryBytes = process.availableMemory() }: ForecastTools,
  job: JobSpec,
  device: DeviceInfo,
): Promise<Forecast> {
  const plan = await planner.call('plan', job)
  const { parameters } = job.method
  const { threads } = job.resources
  const known = calibrations.known({ device: device.id, threads, parameters })
  const roomBytes = shareOfFree * freeMemoryBytes
  // Only the CPU's memory is known: that of a GPU is its driver's business.
  const fits = device.id !== 'cpu' || plan.peakMemoryBytes <= roomBytes
  return {
    plan,
    device,
    freeMemoryBytes,
    estimatedMs:
      known &&
      known.correction * estimateMs(plan, known.calibration, parameters, inputsOf(job, 'style').length),
    fits,
    options: fits ? [] : await fittingChanges(planner, job, roomBytes),
  }
}

const shortHistory = 5
const smallestSizePx = 64

/** A shorter history of L-BFGS, another optimizer, a smaller size: what each is worth trying for. */
async function fittingChanges(
  planner: ForecastTools['planner'],
  job: JobSpec,
  roomBytes: number,
): Promise<FittingChange[]> {
  const { optimizer, history } = job.method.parameters
  const options: FittingChange[] = []
  const offer = async (words: string, changes: PartialParameters): Promise<boolean> => {
    const memoryBytes = await memoryWith(planner, job, changes)
    if (memoryBytes > roomBytes) return false
    options.push({ words, changes, memoryBytes })
    return true
  }
  if (optimizer === 'lbfgs' && history > shortHistory)
    await offer(`An L-BFGS history of ${shortHistory} instead of ${history}`, { history: shortHistory })
  if (optimizer === 'lbfgs') await offer('Adam instead of L-BFGS', { optimizer: 'adam' })
  const sizePx = await largestSize(planner, job, roomBytes)
  if (sizePx !== null) await offer(`${sizePx} px instead of ${topSidePx(job)} px`, { sizePx })
  return options
}

function topSidePx({ method: { parameters } }: JobSpec): number {
  const { scales, sizePx } = parameters
  return scales === null ? sizePx : Math.max(...scales.map((scale) => scale.sizePx))
}

async function memoryWith(
  planner: ForecastTools['planner'],
  job: JobSpec,
  changes: PartialParameters,
): Promise<number> {
  const parameters = parametersSchema.parse(overridePreset(job.method.parameters, changes))
  return (await planner.call('plan', { ...job, method: { ...job.method, parameters } })).peakMemoryBytes
}

/** In steps of 16 px, by halving what is left to search; null where not even a thumbnail fits. */
async function largestSize(
  planner: ForecastTools['planner'],
  job: JobSpec,
  roomBytes: number,
): Promise<number | null> {
  const fits = async (sizePx: number): Promise<boolean> =>
    (await memoryWith(planner, job, { sizePx })) <= roomBytes
  if (!(await fits(smallestSizePx))) return null
  let [low, high] = [smallestSizePx / 16, Math.ceil(topSidePx(job) / 16)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (await fits(16 * middle)) low = middle
    else high = middle
  }
  return 16 * low
}
