import type { Planes } from '../tensor/planes.ts'
import { toTensor } from '../tensor/planes.ts'
import { resized } from '../image/resize.ts'
import type { ConcreteDeviceId, LossParts } from '../../shared/contract/engine.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'
import type { Size } from '../tensor/size.ts'
import { fitLongSide } from '../image/resize.ts'
import { activeTaps, lossPartsOf, objectiveGraph, weightFeeds } from './compile.ts'
import {
  blendMoments,
  contentGraph,
  momentsGraph,
  rootsGraph,
  styleTarget,
  type StyleMoments,
} from './terms/style/targets.ts'
import type { Layer } from '../models/layers.ts'
import { Session, type SessionOptions } from '../runtime/ort.ts'
import type { NetworkWeights } from '../models/network-weights.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { assertLargeEnough, smallestSidePx } from '../methods/optimise/plan.ts'

/** What the objective of every scale is made of. */
export interface ObjectiveSource {
  readonly content: Planes
  readonly styles: readonly { readonly picture: Planes; readonly weight: number }[]
  readonly layers: readonly Layer[]
  readonly weights: NetworkWeights
  readonly threads: number
  /** Default true; see `SessionOptions.arena`. */
  readonly arena?: boolean
}

/** The loss of one scale, ready to be evaluated: the session and the targets that it is fed with. */
export class ObjectiveSession {
  readonly #session: Session
  readonly #targets: Readonly<Record<string, Tensor>>
  readonly #gradient: Tensor

  private constructor(session: Session, targets: Readonly<Record<string, Tensor>>, size: Size) {
    this.#session = session
    this.#targets = targets
    this.#gradient = {
      shape: [1, 3, size.heightPx, size.widthPx],
      data: new Float32Array(3 * size.widthPx * size.heightPx),
    }
  }

  /** Computes the targets at this size, then makes the session; the caller disposes of it. */
  static async create(
    source: ObjectiveSource,
    parameters: Parameters,
    size: Size,
    device: ConcreteDeviceId,
  ): Promise<ObjectiveSession> {
    const { layers, weights, threads, arena = true } = source
    const options = { device, threads, arena, weights: weights.bytes }
    const targets = {
      ...(await contentTargets(source, parameters, size, options)),
      ...(await styleTargets(source, parameters, size, options)),
    }
    // Numbers instead of symbols for the sides: only then does the CPU provider keep the gradient in its blocked layout.
    const graph = objectiveGraph(layers, weights, parameters, { height: size.heightPx, width: size.widthPx })
    return new ObjectiveSession(await Session.create(graph, options), targets, size)
  }

  /**
   * @param canvas [3, H, W] in [0,1]
   * @returns the loss parts and ∂loss/∂canvas, in a buffer that the next call overwrites
   */
  async evaluate(
    canvas: Float32Array,
    parameters: Parameters,
  ): Promise<{ loss: LossParts; gradient: Float32Array }> {
    const feeds = {
      ...this.#targets,
      ...weightFeeds(parameters),
      canvas: { shape: this.#gradient.shape, data: canvas },
    }
    const outputs = await this.#session.run(feeds, { gradient: this.#gradient })
    return { loss: lossPartsOf(outputs), gradient: this.#gradient.data }
  }

  async dispose(): Promise<void> {
    await this.#session.dispose()
  }
}

async function contentTargets(
  { content, layers, weights }: ObjectiveSource,
  parameters: Parameters,
  size: Size,
  options: SessionOptions,
): Promise<Record<string, Tensor>> {
  const taps = activeTaps(parameters).content
  if (taps.length === 0) return {}
  const session = await Session.create(contentGraph({ ...parameters, layers, weights, taps }), options)
  try {
    const found = await session.run({ picture: toTensor(resized(content, size)) })
    return Object.fromEntries(taps.map((tap) => [`target/content/${tap}`, found[tap]!]))
  } finally {
    await session.dispose()
  }
}

async function styleTargets(
  source: ObjectiveSource,
  parameters: Parameters,
  size: Size,
  options: SessionOptions,
): Promise<Record<string, Tensor>> {
  const taps = activeTaps(parameters).style
  const weighted = source.styles.filter(({ weight }) => weight > 0)
  if (taps.length === 0 || weighted.length === 0) return {}
  const found = await styleMoments({ ...source, styles: weighted }, parameters, size, options)
  const roots = parameters.statistic === 'w2' ? await covarianceRoots(found, options) : {}
  return Object.fromEntries(
    [...found].map(([tap, moments]) => [
      `target/style/${tap}`,
      styleTarget(moments, parameters, roots[`root/${tap}`]),
    ]),
  )
}

interface WeightedOutputs {
  readonly weight: number
  readonly outputs: Readonly<Record<string, Tensor>>
}

/** Mean and covariance of the blended styles at each tap. */
async function styleMoments(
  source: ObjectiveSource,
  parameters: Parameters,
  size: Size,
  options: SessionOptions,
): Promise<ReadonlyMap<string, StyleMoments>> {
  const found = [
    ...(await momentsOfEach(source, parameters, size, { ...options, isTransparent: false })),
    ...(await momentsOfEach(source, parameters, size, { ...options, isTransparent: true })),
  ]
  const blended = (tap: string): StyleMoments =>
    blendMoments(found.map(({ weight, outputs }) => ({ weight, moments: momentsOf(outputs, tap) })))
  return new Map(activeTaps(parameters).style.map((tap) => [tap, blended(tap)]))
}

const hasAlpha = ({ alpha }: Planes): boolean => alpha !== null && alpha !== undefined

/** Of the styles that are partly transparent, or of those that are not. */
async function momentsOfEach(
  { styles, layers, weights }: ObjectiveSource,
  parameters: Parameters,
  size: Size,
  { isTransparent, ...options }: SessionOptions & { readonly isTransparent: boolean },
): Promise<WeightedOutputs[]> {
  const chosen = styles.filter(({ picture }) => hasAlpha(picture) === isTransparent)
  if (chosen.length === 0) return []
  const taps = activeTaps(parameters).style
  const graph = momentsGraph({ ...parameters, layers, weights, taps }, { isTransparent })
  const session = await Session.create(graph, options)
  try {
    const found: WeightedOutputs[] = []
    for (const { picture, weight } of chosen) {
      const scaled = resized(picture, styleSize(picture, size, parameters))
      assertLargeEnough('style picture', scaled, smallestSidePx(layers, taps), {
        original: picture,
        hint: 'Use a larger --size or --style-scale.',
      })
      const feeds = { picture: toTensor(scaled), ...(isTransparent && { visible: visibleTensor(scaled) }) }
      found.push({ weight, outputs: await session.run(feeds) })
    }
    return found
  } finally {
    await session.dispose()
  }
}

/** Where pooling leaves out the last lines, and nothing is visible but there, the colours around it count evenly. */
const leastVisible = 1e-6

function visibleTensor({ alpha, widthPx, heightPx }: Planes): Tensor {
  const data = alpha!.map((value) => Math.max(leastVisible, value))
  return { shape: [1, 1, heightPx, widthPx], data }
}

async function covarianceRoots(
  found: ReadonlyMap<string, StyleMoments>,
  { device, threads }: SessionOptions,
): Promise<Record<string, Tensor>> {
  const feeds: Record<string, Tensor> = {}
  const channels: Record<string, number> = {}
  for (const [tap, { mean, covariance }] of found) {
    channels[tap] = mean.length
    feeds[`covariance/${tap}`] = {
      shape: [mean.length, mean.length],
      data: Float32Array.from(covariance),
    }
  }
  const session = await Session.create(rootsGraph(channels), { device, threads })
  try {
    return await session.run(feeds)
  } finally {
    await session.dispose()
  }
}

function momentsOf(outputs: Readonly<Record<string, Tensor>>, tap: string): StyleMoments {
  return {
    mean: outputs[`mean/${tap}`]!.data,
    covariance: outputs[`covariance/${tap}`]!.data,
    positions: outputs[`positions/${tap}`]!.data[0]!,
  }
}

/** The style's long side follows the canvas's, so that strokes keep their proportion at every scale. Never enlarged. */
export function styleSize(picture: Size, canvas: Size, { styleFit, styleScale }: Parameters): Size {
  if (styleFit === 'stretch') return canvas
  return fitLongSide(picture, Math.max(1, Math.round(styleScale * Math.max(canvas.widthPx, canvas.heightPx))))
}
