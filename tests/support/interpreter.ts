import type { Graph } from '../../src/engine/graph/graph.ts'
import type { Node, Value } from '../../src/engine/graph/graph.ts'
import { elementwiseKernels } from './kernels/elementwise.ts'
import type { Kernel } from './kernels/kernel.ts'
import { layoutKernels } from './kernels/layout.ts'
import { sumKernels } from './kernels/sums.ts'
import { windowKernels } from './kernels/windows.ts'
import type { Tensor64 } from './tensor64.ts'

/**
 * A second opinion on every graph: the ONNX operators that the engine writes, as plain loops in double precision, written
 * from the specification (https://onnx.ai/onnx/operators) and from nothing in the engine.
 */
const kernels: Readonly<Record<string, Kernel>> = {
  ...elementwiseKernels,
  ...windowKernels,
  ...layoutKernels,
  ...sumKernels,
}

/**
 * Everything that the wanted values depend on, computed from the graph's inputs.
 *
 * @param feeds a tensor for every input that is needed, by name
 */
export function evaluate(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor64>>,
  wanted: readonly Value[],
): ReadonlyMap<Value, Tensor64> {
  const found = new Map<Value, Tensor64>()
  for (const { value, data } of graph.constants.values())
    found.set(value, { shape: value.shape as readonly number[], data: Float64Array.from(data, Number) })
  for (const input of graph.inputs) {
    const feed = feeds[input.name]
    if (feed) found.set(input, feed)
  }
  for (const node of ancestors(graph, wanted)) found.set(node.output, run(node, found))
  return found
}

function ancestors(graph: Graph, wanted: readonly Value[]): readonly Node[] {
  const needed = new Set(wanted)
  const nodes = graph.nodes.toReversed().filter(({ output, inputs }) => {
    if (!needed.has(output)) return false
    for (const input of inputs) needed.add(input)
    return true
  })
  return nodes.reverse()
}

function run({ operator, name, inputs, attributes }: Node, found: ReadonlyMap<Value, Tensor64>): Tensor64 {
  const kernel = kernels[operator.type]
  if (!kernel) throw new Error(`The interpreter knows no ${operator.type}.`)
  const operands = inputs.map((input) => {
    const tensor = found.get(input)
    if (!tensor) throw new Error(`${name} needs ${input.name}, which has no value.`)
    return tensor
  })
  return kernel(operands, attributes)
}
