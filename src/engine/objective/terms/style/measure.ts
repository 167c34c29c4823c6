import { runOnce, type Prepare } from '../../../graph/prepare.ts'
import { fitLongSide, resized } from '../../../image/resize.ts'
import { assertLargeEnough, smallestSidePx } from '../../../models/smallest-picture.ts'
import { toTensor, type Planes } from '../../../tensor/planes.ts'
import type { Size } from '../../../tensor/size.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import type { TargetSource } from '../../term.ts'
import { blendMoments, type StyleMoments } from './blend.ts'
import { momentsAt, momentsGraph } from './moments-graph.ts'
import { rootsGraph } from './targets.ts'

/** Size at which a style picture is measured. */
export interface StyleSizing {
  /** `stretch`: as large as the canvas, whatever its proportions. */
  readonly fit: 'long-side' | 'stretch'
  /** Ratio of the long side to that of the canvas. */
  readonly scale: number
}

/** The style's long side follows the canvas's, so that strokes keep their proportion at every scale. Never enlarged. */
export function styleSize(picture: Size, canvas: Size, { fit, scale }: StyleSizing): Size {
  if (fit === 'stretch') return canvas
  return fitLongSide(picture, Math.max(1, Math.round(scale * Math.max(canvas.widthPx, canvas.heightPx))))
}

interface WeightedOutputs {
  readonly weight: number
  readonly outputs: Readonly<Record<string, Tensor>>
}

/**
 * Mean and covariance of the blended styles at each tap.
 *
 * @throws PasticheError `picture-too-small`, `size-too-small` where a style leaves no feature at the deepest tap
 */
export async function measureStyles(
  source: TargetSource,
  taps: readonly string[],
  sizing: StyleSizing,
): Promise<ReadonlyMap<string, StyleMoments>> {
  const found = [
    ...(await momentsOfEach(source, taps, { ...sizing, isTransparent: false })),
    ...(await momentsOfEach(source, taps, { ...sizing, isTransparent: true })),
  ]
  const blended = (tap: string): StyleMoments =>
    blendMoments(found.map(({ weight, outputs }) => ({ weight, moments: momentsAt(outputs, tap) })))
  return new Map(taps.map((tap) => [tap, blended(tap)]))
}

const hasAlpha = ({ alpha }: Planes): boolean => alpha !== null && alpha !== undefined

/** Measurement of the styles that are partly transparent, or of those that are not. */
async function momentsOfEach(
  source: TargetSource,
  taps: readonly string[],
  { isTransparent, ...sizing }: StyleSizing & { readonly isTransparent: boolean },
): Promise<WeightedOutputs[]> {
  const { styles, size, layers, weights, prepare } = source
  const chosen = styles.filter(({ picture, weight }) => weight > 0 && hasAlpha(picture) === isTransparent)
  if (chosen.length === 0) return []
  const prepared = await prepare(momentsGraph({ ...source, taps }, { isTransparent }), weights.bytes)
  try {
    const found: WeightedOutputs[] = []
    for (const { picture, weight } of chosen) {
      const scaled = resized(picture, styleSize(picture, size, sizing))
      assertLargeEnough('style picture', scaled, smallestSidePx(layers, taps), {
        original: picture,
        hint: 'Use a larger --size or --style-scale.',
      })
      const feeds = { picture: toTensor(scaled), ...(isTransparent && { visible: visibleTensor(scaled) }) }
      found.push({ weight, outputs: await prepared.run(feeds) })
    }
    return found
  } finally {
    await prepared.dispose()
  }
}

/** Least weight of a colour: where pooling leaves out the last lines and only these are visible, the colours around count evenly. */
const leastVisible = 1e-6

function visibleTensor({ alpha, widthPx, heightPx }: Planes): Tensor {
  const data = alpha!.map((value) => Math.max(leastVisible, value))
  return { shape: [1, 1, heightPx, widthPx], data }
}

/** @returns (Σ + ε·I)^½ of each tap */
export async function covarianceRoots(
  found: ReadonlyMap<string, StyleMoments>,
  prepare: Prepare,
): Promise<ReadonlyMap<string, Tensor>> {
  const feeds: Record<string, Tensor> = {}
  const channels: Record<string, number> = {}
  for (const [tap, { mean, covariance }] of found) {
    channels[tap] = mean.length
    const shape = [mean.length, mean.length]
    feeds[`covariance/${tap}`] = { shape, data: Float32Array.from(covariance) }
  }
  const roots = await runOnce(prepare, rootsGraph(channels), feeds)
  return new Map([...found.keys()].map((tap) => [tap, roots[`root/${tap}`]!]))
}
