import type { Calibration } from '../../../shared/contract/engine.ts'
import type { ConcreteDeviceId } from '../../../shared/contract/device.ts'
import type { Parameters } from '../../../shared/contract/parameters.ts'
import { networkLayers } from '../../models/index.ts'
import { seededWeights } from '../../models/seeded.ts'
import { addScaled, dot } from '../../minimise/optimizers/vector.ts'
import { createRandom } from '../../random.ts'
import { preprocessings } from '../../models/network-weights.ts'
import type { Planes } from '../../tensor/planes.ts'
import { median } from './median.ts'
import { makePlan } from './plan.ts'
import type { RunProgress } from './progress.ts'
import { Run } from './run.ts'

export interface CalibrationRequest {
  readonly parameters: Parameters
  readonly device: ConcreteDeviceId
  readonly threads: number
}

/** Small enough to be short, and far enough apart that what grows with the picture can be told from what does not. */
const sidesPx = [96, 256] as const
const stepsAtEach = 9

/**
 * How fast this machine is: a few steps of a network of this kind, with random weights and pictures, at two sizes. Takes a second or
 * a few.
 *
 * @throws PasticheError `device-failed`, `out-of-memory`
 */
export async function calibrate({ parameters, device, threads }: CalibrationRequest): Promise<Calibration> {
  const layers = networkLayers[parameters.network]
  const picture = randomPicture(Math.max(...sidesPx))
  const scales = sidesPx.map((sizePx) => ({ sizePx, steps: stepsAtEach }))
  const probe: Parameters = { ...parameters, scales, optimizer: 'adam', init: 'content', styleScale: 1 }
  const plan = makePlan(picture, probe, layers)
  const weights = seededWeights(layers, 1, preprocessings.torchvision)
  const times: number[][] = sidesPx.map(() => [])
  let lastMs = performance.now()
  const onProgress = ({ scale }: RunProgress): void => {
    const nowMs = performance.now()
    times[scale.index]!.push(nowMs - lastMs)
    lastMs = nowMs
  }
  const source = { content: picture, styles: [{ picture, weight: 1 }], initPicture: null, layers, weights }
  await new Run({ ...source, parameters: probe, plan, device, threads }, { onProgress }).paint()
  return {
    points: plan.scales.map(({ stepFlop }, index) => pointOf(stepFlop, times[index]!)),
    nsPerElement: measureVector(),
  }
}

/** The first step at a size makes the session and the targets besides. */
function pointOf(stepFlop: number, [first = 0, ...others]: readonly number[]): Calibration['points'][number] {
  const stepMs = median(others) ?? 0
  return { stepFlop, stepMs, setupMs: Math.max(0, first - stepMs) }
}

function randomPicture(sidePx: number): Planes {
  const random = createRandom(1)
  const rgb = Float32Array.from({ length: 3 * sidePx * sidePx }, () => random.uniform())
  return { widthPx: sidePx, heightPx: sidePx, rgb }
}

/** Larger than the caches, as the remembered pairs of L-BFGS are together: 64 MiB. */
const vectorLength = 1 << 24
/** As long as the gradient of a canvas of 512 px. */
const partLength = 1 << 20

/** Nanoseconds for an element of a vector read from memory, in a dot product or a sum: L-BFGS is made of both. */
function measureVector(): number {
  const remembered = new Float32Array(vectorLength).fill(0.5)
  const direction = new Float32Array(partLength).fill(0.5)
  const passMs = (): number => {
    const startedMs = performance.now()
    for (let at = 0; at < vectorLength; at += 2 * partLength) {
      const factor = dot(remembered.subarray(at, at + partLength), direction)
      addScaled(direction, factor * 1e-12, remembered.subarray(at + partLength, at + 2 * partLength))
    }
    return performance.now() - startedMs
  }
  passMs()
  return (Math.min(passMs(), passMs(), passMs()) * 1e6) / vectorLength
}
