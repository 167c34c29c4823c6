import type { OptimisePlan } from '../../../shared/methods/optimise.ts'
import type { Parameters } from '../../../shared/contract/parameters.ts'
import { PasticheError } from '../../../shared/errors.ts'
import type { Size } from '../../tensor/size.ts'
import { fitLongSide } from '../../image/resize.ts'
import { activeTaps } from '../../objective/options.ts'
import { assertLargeEnough, smallestSidePx } from '../../models/smallest-picture.ts'
import { objectiveOptions } from './objective-options.ts'
import { assertLayersExist, halvingsBefore } from '../../models/features.ts'
import type { Layer } from '../../models/layers.ts'
import { largestBlockBytes } from '../../runtime/memory.ts'

export type PlannedScale = OptimisePlan['scales'][number]

/** The sizes of the canvas from coarse to fine, and what they cost. */
export interface CanvasPlan {
  readonly scales: OptimisePlan['scales']
  readonly totalFlop: number
  readonly peakMemoryBytes: number
  /** Says how the plan differs from the request; null: not at all. */
  readonly notice: string | null
}

/**
 * The coarse-to-fine plan of a run: sizes, steps and what they cost.
 *
 * The automatic plan doubles from `coarsestPx` up to the size asked for (never above the photo's own). Each scale gets half
 * the steps of the one before it; as its pixels are four times as many, it still takes twice the time. Scales with tensors that
 * cannot be had as one block of memory are lowered, and the plan's notice says so.
 *
 * @param blockBytes the largest block of memory, by default that of this process
 * @throws PasticheError `unknown-layer`; `picture-too-small` where a tap would have no features; `invalid-request`
 */
export function makePlan(
  content: Size,
  parameters: Parameters,
  layers: readonly Layer[],
  blockBytes = largestBlockBytes,
): CanvasPlan {
  const taps = activeTaps(objectiveOptions(parameters))
  assertLayersExist(layers, taps)
  if (taps.length === 0 && parameters.tvWeight === 0)
    throw new PasticheError('invalid-request', 'Every weight is 0, so there is nothing to paint.')
  const forTaps = smallestSidePx(layers, taps)
  // Total variation needs neighbours.
  const needed = parameters.tvWeight > 0 && forTaps.px < 2 ? { px: 2, tap: 'total variation' } : forTaps
  assertLargeEnough('photo', content, needed)
  const sizes = parameters.scales ?? automaticScales(content, parameters, needed)
  const largestPx = largestSidePx(layers, parameters, blockBytes)
  const photoPx = Math.max(content.widthPx, content.heightPx)
  const topPx = Math.min(photoPx, Math.max(...sizes.map(({ sizePx }) => sizePx)))
  const option = parameters.scales === null ? '--size' : 'larger --scales,'
  const hint = `Use ${option} ${sizeFor(needed.px, content)} or more.`
  const scales = sizes.map(({ sizePx, steps }) => {
    const size = fitLongSide(content, Math.min(sizePx, largestPx))
    assertLargeEnough('canvas', size, needed, { original: content, hint })
    return { ...size, steps, ...costOf(layers, taps, size, { ...parameters, steps }) }
  })
  return {
    scales,
    totalFlop: scales.reduce((sum, { steps, stepFlop }) => sum + steps * stepFlop, 0),
    // A scale without steps is not even set up.
    peakMemoryBytes: Math.max(0, ...scales.map(({ steps, memoryBytes }) => (steps > 0 ? memoryBytes : 0))),
    notice: lowered(topPx, largestPx),
  }
}

/** The long side at which the largest features, of a square picture, fill the largest block of memory. */
function largestSidePx(layers: readonly Layer[], { styleScale }: Parameters, blockBytes: number): number {
  const features = layers.map((layer) =>
    layer.kind === 'pool' ? 0 : layer.outChannels / 4 ** halvingsBefore(layers, layer.name),
  )
  return Math.floor(Math.sqrt(blockBytes / (4 * Math.max(...features))) / Math.max(1, styleScale))
}

function lowered(topPx: number, largestPx: number): string | null {
  if (topPx <= largestPx) return null
  return `The picture is painted at ${largestPx} px instead of ${topPx} px, the most that the desktop app can hold in one block of memory. In the browser (pastiche serve) and in the terminal there is no such limit.`
}

/** The long side at which the short side has so many pixels. */
function sizeFor(shortPx: number, { widthPx, heightPx }: Size): number {
  return Math.ceil((shortPx * Math.max(widthPx, heightPx)) / Math.min(widthPx, heightPx))
}

function automaticScales(
  content: Size,
  { sizePx, coarsestPx, steps }: Parameters,
  needed: { px: number },
): { sizePx: number; steps: number }[] {
  const finalPx = Math.min(sizePx, Math.max(content.widthPx, content.heightPx))
  const shortOverLong =
    Math.min(content.widthPx, content.heightPx) / Math.max(content.widthPx, content.heightPx)
  const sizes = [finalPx]
  for (let px = finalPx / 2; px >= coarsestPx && Math.round(px * shortOverLong) >= needed.px; px /= 2)
    sizes.unshift(Math.round(px))
  return shareSteps(steps, sizes.length).map((share, i) => ({ sizePx: sizes[i]!, steps: share }))
}

/** Whole numbers in the ratio … : 4 : 2 : 1 that add up to `steps`; what rounding leaves goes to the cheapest scale. */
function shareSteps(steps: number, count: number): number[] {
  const parts = 2 ** count - 1
  const shares = Array.from({ length: count }, (_, i) => Math.floor((steps * 2 ** (count - 1 - i)) / parts))
  shares[0]! += steps - shares.reduce((a, b) => a + b, 0)
  return shares
}

/**
 * Floating-point operations of one step, and the memory it holds: a convolution of k² · I · O costs 2 operations a
 * product and position, forwards and again for its gradient; a Gram matrix likewise.
 */
function costOf(
  layers: readonly Layer[],
  taps: readonly string[],
  { widthPx, heightPx }: Size,
  parameters: Parameters,
): Pick<PlannedScale, 'stepFlop' | 'memoryBytes'> {
  const { optimizer, history, steps } = parameters
  const rooted = parameters.statistic === 'w2' ? activeTaps(objectiveOptions(parameters), 'style') : []
  let positions = widthPx * heightPx
  let [flop, activations, weights] = [0, 0, 0]
  const left = new Set(taps)
  for (const [index, layer] of layers.entries()) {
    if (left.size === 0) break
    left.delete(layer.name)
    if (layer.kind === 'pool') {
      positions /= 4
      continue
    }
    const tapped = [layer.name, layer.relu].filter((name) => taps.includes(name)).length
    left.delete(layer.relu)
    flop += 2 * 2 * positions * (9 * layer.inChannels + tapped * layer.outChannels) * layer.outChannels
    const roots = [layer.name, layer.relu].filter((name) => rooted.includes(name)).length
    flop += roots * rootFlop * layer.outChannels ** 3
    // A tap that lies before a pool has two gradients in memory at once: its own and the one through the pool.
    const isPooled = tapped > 0 && left.size > 0 && layers[index + 1]?.kind === 'pool'
    activations += positions * layer.outChannels * (1 + tapped + (isPooled ? 1 : 0))
    weights += 9 * layer.inChannels * layer.outChannels
  }
  const canvas = 3 * widthPx * heightPx
  const vectors = optimizer === 'lbfgs' ? 2 * Math.min(history, steps) + 3 : 2
  const running = activations * activationOverhead + weights * weightCopies + canvas * (vectors + 8)
  const floats = Math.max(running, weights * weightCopiesAtStart)
  // A run without taps, of the smoothness alone, costs something too.
  const stepFlop = Math.max(flop, canvas * canvasFlop)
  return { stepFlop, memoryBytes: Math.round(processBytes + 4 * floats) }
}

/** The Wasserstein loss, whatever the size: 12 steps of Newton–Schulz with three matrix products each, and a few more. */
const rootFlop = 2 * (12 * 3 + 5)
/** For each value of the canvas, about: what total variation and a step of Adam do with it. */
const canvasFlop = 20
// Fitted to the peak memory that bench/ measures.
const processBytes = 150e6
/** Gradients and layout changes on top of the kept activations. */
const activationOverhead = 1.5
/** The weights' file, ONNX Runtime's copy, and their blocked and turned forms. */
const weightCopies = 4
/** While a session is made, there are more of them for a moment: that is what a small picture takes. */
const weightCopiesAtStart = 11
