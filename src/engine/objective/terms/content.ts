import type { Value } from '../../graph/graph.ts'
import { runOnce } from '../../graph/prepare.ts'
import { resized } from '../../image/resize.ts'
import { featureGraph } from '../../models/feature-graph.ts'
import { mul, reduceMean, reduceSum, square, sub } from '../../ops/index.ts'
import { toTensor } from '../../tensor/planes.ts'
import type { Term, TermWeights } from '../term.ts'

export interface ContentOptions extends TermWeights {
  readonly layers: Readonly<Record<string, number>>
  readonly reduction: 'mean' | 'sum' | 'half-sum'
}

/** Distance of the features of the canvas from those of the content picture. */
export const content: Term<ContentOptions> = {
  loss: (x, { reduction }, target) => contentLoss(x, target(x.shape), reduction),
  targets: (source, taps) => {
    const { content: picture, size, prepare, weights } = source
    const feeds = { picture: toTensor(resized(picture, size)) }
    return runOnce(prepare, featureGraph({ ...source, taps }), feeds, weights.bytes)
  },
}

/**
 * How far the features F of the canvas are from those of the content picture, P: the mean or sum of (F − P)², or
 * ½ Σ (F − P)² (Gatys et al. 2016, eq. 1).
 *
 * @param found F, [1, C, h, w]
 * @param target P, of the same shape
 * @returns a scalar
 */
function contentLoss(found: Value, target: Value, reduction: ContentOptions['reduction']): Value {
  const squared = square(sub(found, target))
  switch (reduction) {
    case 'mean':
      return reduceMean(squared)
    case 'sum':
      return reduceSum(squared)
    case 'half-sum':
      return mul(reduceSum(squared), 0.5)
  }
}
