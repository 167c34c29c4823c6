import { gradients } from '../autodiff/gradient.ts'
import type { Dimension } from '../graph/dimension.ts'
import { Graph } from '../graph/graph.ts'
import { features } from '../models/features.ts'
import type { Layer } from '../models/layers.ts'
import type { ParameterSource } from '../models/parameter-source.ts'
import { add } from '../ops/index.ts'
import { activeTaps, activeTerms, type ObjectiveOptions } from './options.ts'

/**
 * Compiles the graph of a step: from the canvas [1, 3, H, W] in [0,1] to the loss, each of its parts, and ∂loss/∂canvas.
 *
 * L = Σ over terms of weight · Σ over taps of weightₗ · lossₗ (Gatys et al. 2016, eq. 7, with total variation)
 *
 * Inputs: `canvas`, the weights and the targets of the terms. Outputs: `gradient`, `loss/total`, the losses of the terms.
 *
 * @param sides height and width of the canvas
 * @throws PasticheError `unknown-layer`, `weights-damaged`
 */
export function compile(
  layers: readonly Layer[],
  source: ParameterSource,
  options: ObjectiveOptions,
  [height, width]: readonly [height: Dimension, width: Dimension],
): Graph {
  const graph = new Graph()
  const canvas = graph.input('canvas', [1, 3, height, width])
  const { pooling, padding } = options
  const found = features(graph, canvas, layers, source, { taps: activeTaps(options), pooling, padding })
  const parts = Object.fromEntries(
    activeTerms(options).flatMap((term) => Object.entries(term.build(graph, canvas, found))),
  )
  const total = Object.values(parts).reduce((sum, part) => add(sum, part), graph.constant(0))
  const [gradient] = gradients(total, [canvas])
  graph.output({ gradient: gradient!, 'loss/total': total, ...parts })
  return graph
}
