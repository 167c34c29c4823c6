import { parameters, networkRecipes } from '../../src/shared/contract/parameters.ts'
import { compactLayers } from '../../src/engine/models/perceptual/compact.ts'
import { minimise } from '../../src/engine/minimise/minimise.ts'
import { createOptimizer, type Evaluation } from '../../src/engine/minimise/optimizers/optimizer.ts'
import type { Random } from '../../src/engine/random.ts'
import { clampUnit } from '../../src/engine/tensor/planes.ts'
import { objectiveOptions } from '../../src/engine/methods/optimise/objective-options.ts'
import { onDevice } from '../../src/engine/runtime/on-device.ts'
import { ObjectiveSession } from '../../src/engine/objective/session.ts'
import type { NetworkWeights } from '../../src/engine/models/network-weights.ts'
import { pick, squareOf } from './pictures.ts'

/** Side of a canvas; crops of it may be smaller. */
export const canvasSidePx = 192

const steps = 60
const kept = 4

/**
 * Canvases in the middle of being painted, by the student as it is: it will be asked about such pictures, photos alone
 * do not cover them, and what it misjudges is just what its own canvases drift to.
 *
 * @returns RGB in [0,1], planar [3, side, side], after steps drawn at random
 */
export async function paintCanvases(
  weights: NetworkWeights,
  paths: readonly string[],
  { random, threads }: { random: Random; threads: number },
): Promise<Float32Array[]> {
  const side = { widthPx: canvasSidePx, heightPx: canvasSidePx }
  const content = { ...side, rgb: await squareOf(pick(paths, random), canvasSidePx) }
  const style = { ...side, rgb: await squareOf(pick(paths, random), canvasSidePx) }
  const contentWeight = 0.02 * 8 ** random.uniform()
  const settings = parameters.parse({ ...networkRecipes.vgg16, contentWeight, learningRate: 0.03 })
  const source = { content, styles: [{ picture: style, weight: 1 }], layers: compactLayers, weights }
  const session = await ObjectiveSession.create(
    source,
    objectiveOptions(settings),
    side,
    onDevice({ device: 'cpu', threads }),
  )
  try {
    const canvas = content.rgb.slice()
    const optimizer = createOptimizer(settings, canvas.length)
    const wanted = new Set(Array.from({ length: kept }, () => 1 + Math.floor(random.uniform() * steps)))
    const canvases: Float32Array[] = []
    const evaluate = async (x: Float32Array): Promise<Evaluation> => {
      const { loss, gradient } = await session.evaluate(x)
      return { loss: loss.total, gradient }
    }
    let step = 0
    await minimise(canvas, evaluate, optimizer, {
      before: () => step < Math.max(...wanted),
      after: () => {
        clampUnit(canvas)
        if (wanted.has(++step)) canvases.push(canvas.slice())
      },
    })
    return canvases
  } finally {
    await session.dispose()
  }
}

/** A random square of a canvas, pixel for pixel. */
export function cropCanvas(canvas: Float32Array, sidePx: number, random: Random): Float32Array {
  const range = canvasSidePx - sidePx + 1
  const [left, top] = [Math.floor(random.uniform() * range), Math.floor(random.uniform() * range)]
  const area = canvasSidePx ** 2
  const crop = new Float32Array(3 * sidePx * sidePx)
  for (let plane = 0; plane < 3; plane++)
    for (let y = 0; y < sidePx; y++) {
      const start = plane * area + (top + y) * canvasSidePx + left
      crop.set(canvas.subarray(start, start + sidePx), (plane * sidePx + y) * sidePx)
    }
  return crop
}
