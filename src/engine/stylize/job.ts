import type {
  DeviceInfo,
  Job,
  LiveWeights,
  Outcome,
  Plan,
  Preview,
  Progress,
} from '../../shared/contract/engine.ts'
import { PasticheError } from '../../shared/errors.ts'
import { probePicture } from '../image/decode.ts'
import { writePicture } from '../image/encode.ts'
import { outputFormat } from '../image/formats.ts'
import { assertNotSameFile, prepareOutput } from '../image/output.ts'
import type { Picture } from '../image/picture.ts'
import { resizePlanes } from '../image/resize.ts'
import { activeTaps } from '../losses/objective.ts'
import { networkLayers } from '../networks/index.ts'
import { chooseDevice } from '../runtime/devices.ts'
import { loadJob } from './load.ts'
import { clampUnit, type Planes } from './objective-session.ts'
import { makePlan } from './plan.ts'
import { PreviewWriter } from './preview.ts'
import { Run, type RunResult } from './run.ts'

/** A job that is being painted; see the contract between host and worker. */
export interface StylizeRun {
  readonly plan: Plan
  readonly device: DeviceInfo
  pause(): void
  resume(): void
  /** Ends the run after the step in hand, paused or not, and saves the canvas. */
  stop(): void
  setWeights(weights: LiveWeights): void
  /** Previews in this rhythm from now on, the first at once; null: none. */
  watch(everyMs: number | null): void
  /** Never rejects. */
  readonly outcome: Promise<Outcome>
}

export interface JobListeners {
  progress(progress: Omit<Progress, 'jobId'>): void
  preview(preview: Omit<Preview, 'jobId'>): void
  notice(message: string): void
}

/** What a job will do and cost, from the headers of its pictures. */
export async function planJob({ content, parameters }: Job): Promise<Plan> {
  return makePlan(await probePicture(content), parameters, networkLayers[parameters.network])
}

/**
 * Starts a job: everything that can be refused is refused here, before any time is spent.
 *
 * @throws PasticheError for parameters, pictures, weights or an output that cannot be used
 */
export async function startStylize(job: Job, listeners: JobListeners): Promise<StylizeRun> {
  await assertUsable(job)
  const plan = await planJob(job)
  const loaded = await loadJob(job, plan)
  const { device, notice } = await chooseDevice(job.device)
  if (notice) listeners.notice(notice)
  const previews = new PreviewWriter(job.preview, listeners)
  const run = new Run(
    { ...loaded, parameters: job.parameters, plan, device: device.id, threads: job.threads },
    {
      onProgress: (progress, canvas) => {
        listeners.progress(progress)
        previews.offer(progress.totalStep, canvas)
      },
      onNotice: (message) => listeners.notice(message),
    },
  )
  return {
    plan,
    device,
    pause: () => run.pause(),
    resume: () => run.resume(),
    stop: () => run.stop(),
    setWeights: (weights) => run.setWeights(weights),
    watch: (everyMs) => previews.watch(everyMs, () => run.canvas()),
    outcome: paintAndSave(run, job, loaded.content).finally(() => previews.settled()),
  }
}

async function assertUsable({ content, styles, initPicture, output, parameters }: Job): Promise<void> {
  const usesStyle = activeTaps(parameters).style.length > 0
  if (usesStyle && !styles.some(({ weight }) => weight > 0))
    throw new PasticheError(
      'invalid-request',
      'Expected a style picture with a weight above 0, received none.',
      {
        hint: 'Name one with --style, or set --style-weight 0 to reconstruct the photo alone.',
      },
    )
  if (parameters.init === 'style' && styles.length === 0)
    throw new PasticheError('invalid-request', 'Expected a style picture to start from, received none.')
  if (parameters.init === 'picture' && !initPicture)
    throw new PasticheError('invalid-request', 'Expected a picture to start from, received none.')
  outputFormat(output.path, output.bitDepth)
  const inputs = [content, ...styles.map(({ path }) => path), ...(initPicture ? [initPicture] : [])]
  await assertNotSameFile(output.path, inputs)
  await prepareOutput(output.path)
}

async function paintAndSave(run: Run, job: Job, content: Picture): Promise<Outcome> {
  try {
    const result = await run.paint()
    await save(result, job, content)
    const { widthPx, heightPx, elapsedMs } = result
    return { state: result.state, path: job.output.path, widthPx, heightPx, elapsedMs }
  } catch (thrown) {
    return {
      state: 'failed',
      error: PasticheError.from(thrown).toData(),
      path: await keepLastGood(run, job, content),
    }
  }
}

/** Where the last good canvas could be kept; null where not even that. */
async function keepLastGood(run: Run, job: Job, content: Picture): Promise<string | null> {
  try {
    await save(run.lastGood(), job, content)
    return job.output.path
  } catch {
    return null
  }
}

async function save(
  result: Planes | RunResult,
  { output, parameters }: Job,
  content: Picture,
): Promise<void> {
  const { widthPx, heightPx, rgb } = result
  const alpha = content.alpha && clampUnit(resizePlanes(content.alpha, 1, content, result, 'bicubic'))
  const description = `Painted by Pastiche: network ${parameters.network}, seed ${parameters.seed}`
  await writePicture(
    output.path,
    { widthPx, heightPx, rgb, alpha, metadata: content.metadata },
    { ...output, description },
  )
}
