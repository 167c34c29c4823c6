import { Graph } from '../graph/graph.ts'
import { features, type FeatureOptions } from './features.ts'
import type { Layer } from './layers.ts'
import type { NetworkWeights } from './network-weights.ts'
import { frozen } from './parameter-source.ts'

/** A frozen network, and how it looks at a picture. */
export interface FeatureGraphOptions extends FeatureOptions {
  readonly layers: readonly Layer[]
  readonly weights: NetworkWeights
}

/** Input `picture` [1, 3, H, W] → outputs named like the taps, their features. */
export function featureGraph({ layers, weights, ...options }: FeatureGraphOptions): Graph {
  const graph = new Graph()
  const picture = graph.input('picture', [1, 3, 'H', 'W'])
  const found = features(graph, picture, layers, frozen(weights), options)
  graph.output(Object.fromEntries(options.taps.map((tap) => [tap, found.get(tap)!])))
  return graph
}
