import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/graph.ts'

/**
 * Names of the nodes that ONNX Runtime's WebGPU provider computes wrongly (found with 1.30, through SwiftShader), so that they
 * run on the CPU: convolutions whose input channels it takes in threes, which are those divisible by 3 but not by 4, into
 * output channels divisible by 4. With 3 channels, as pictures have, it is right.
 * See https://github.com/microsoft/onnxruntime/issues/29651.
 */
export function miscomputedByWebGpu(graph: Graph): string[] {
  return graph.nodes.filter(takesChannelsInThrees).map(({ name }) => name)
}

function takesChannelsInThrees({ operator, inputs, attributes }: Node): boolean {
  if (operator.type !== 'Conv' || attributes['group'] !== undefined) return false
  const [outChannels, inChannels] = inputs[1]!.shape
  const mayDivide = (side: number | string | undefined, divisor: number): boolean =>
    typeof side !== 'number' || side % divisor === 0
  const inThrees = typeof inChannels !== 'number' || (inChannels % 4 !== 0 && inChannels > 3)
  return inThrees && mayDivide(inChannels, 3) && mayDivide(outChannels, 4)
}
