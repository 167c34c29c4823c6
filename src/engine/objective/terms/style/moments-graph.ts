import { Graph, type Value } from '../../../graph/graph.ts'
import type { FeatureGraphOptions } from '../../../models/feature-graph.ts'
import { features, halvingsBefore } from '../../../models/features.ts'
import { frozen } from '../../../models/parameter-source.ts'
import { averagePool } from '../../../ops/index.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import { moments, visibleMoments } from './distribution.ts'
import type { StyleMoments } from './blend.ts'

/**
 * Input `picture` [1, 3, H, W] → outputs `mean/<tap>` [C, 1], `covariance/<tap>` [C, C] and `positions/<tap>`, a scalar. For a picture
 * that is partly transparent, the input `visible` [1, 1, H, W] holds its opacity, not 0 everywhere: at each tap a position counts by
 * the mean opacity of the pixels that pooling has brought together there.
 */
export function momentsGraph(
  { layers, weights, ...options }: FeatureGraphOptions,
  { isTransparent = false }: { readonly isTransparent?: boolean } = {},
): Graph {
  const graph = new Graph()
  const picture = graph.input('picture', [1, 3, 'H', 'W'])
  const found = features(graph, picture, layers, frozen(weights), options)
  const visible = isTransparent ? [graph.input('visible', [1, 1, 'H', 'W'])] : []
  for (const tap of options.taps) {
    const { mean, covariance, positions } = isTransparent
      ? visibleMoments(found.get(tap)!, pooled(visible, halvingsBefore(layers, tap)))
      : moments(found.get(tap)!)
    graph.output({
      [`mean/${tap}`]: mean,
      [`covariance/${tap}`]: covariance,
      [`positions/${tap}`]: positions,
    })
  }
  return graph
}

/** A map after so many poolings; each is made once. */
function pooled(maps: Value[], halvings: number): Value {
  while (maps.length <= halvings) maps.push(averagePool(maps.at(-1)!))
  return maps[halvings]!
}

/** The outputs of {@link momentsGraph} at one tap. */
export function momentsAt(outputs: Readonly<Record<string, Tensor>>, tap: string): StyleMoments {
  return {
    mean: outputs[`mean/${tap}`]!.data,
    covariance: outputs[`covariance/${tap}`]!.data,
    positions: outputs[`positions/${tap}`]!.data[0]!,
  }
}
