import { PasticheError } from '../../shared/errors.ts'
import type { Graph, Value } from '../graph/graph.ts'
import type { NetworkWeights, Preprocessing } from './network-weights.ts'

/** Source of a network's tensors when it is written into a graph. */
export interface ParameterSource {
  /** Form in which the network expects its input. */
  readonly preprocessing: Preprocessing
  /**
   * @param name as in the network's table: `conv1_1.weight`
   * @throws PasticheError `weights-damaged` where there is no such tensor
   */
  readonly tensor: (graph: Graph, name: string) => Value
}

/** Constants: the network is only looked through. ONNX Runtime lays them out for its fastest kernels. */
export function frozen({ tensors, preprocessing }: NetworkWeights): ParameterSource {
  return {
    preprocessing,
    tensor: (graph, name) => {
      const tensor = tensors.get(name)
      if (!tensor) throw missing(name)
      return graph.weight(name, tensor)
    },
  }
}

/**
 * Inputs of the graph, named `<prefix><tensor>`: the loss can be differentiated with respect to each of them.
 * A source belongs to one graph.
 */
export function trainable(
  shapes: Iterable<readonly [name: string, shape: readonly number[]]>,
  preprocessing: Preprocessing,
  prefix = '',
): ParameterSource {
  const shapeOf = new Map(shapes)
  const inputs = new Map<string, Value>()
  return {
    preprocessing,
    tensor: (graph, name) => {
      const shape = shapeOf.get(name)
      if (!shape) throw missing(name)
      const input = inputs.get(name) ?? graph.input(`${prefix}${name}`, shape)
      inputs.set(name, input)
      return input
    },
  }
}

function missing(name: string): PasticheError {
  return new PasticheError('weights-damaged', `The weights have no tensor ${name}.`)
}
