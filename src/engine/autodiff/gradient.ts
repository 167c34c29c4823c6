import { sameShape } from '../graph/dimension.ts'
import type { Node, Value } from '../graph/graph.ts'
import { add } from '../ops/arithmetic.ts'
import { expandLike, sumTo } from '../ops/reduce.ts'

/**
 * Reverse-mode differentiation, graph → graph: appends to the graph of `output` the nodes that compute
 * ∂output/∂x for each x of `inputs`. Every operator brings its own rule (ops/); what is common to all stands here: the
 * walk over the nodes between the inputs and the output, the sum where a value has several users, and the sum over
 * broadcast axes (Griewank & Walther 2008, section 3.2).
 *
 * @param output a scalar (no axes)
 * @returns one gradient per input, each of its input's shape; zeros where the output does not depend on it
 * @throws where the output is no scalar, a node on the way has no rule, or its rule leaves out one of the inputs
 */
export function gradients(output: Value, inputs: readonly Value[]): Value[] {
  if (output.shape.length > 0)
    throw new Error(
      `Gradients are taken of a scalar, received ${output.name} of shape [${output.shape.join(', ')}].`,
    )
  const { graph } = output
  return graph.scope('gradient', () => {
    const found = new Map<Value, Value>([[output, graph.constant(1)]])
    for (const node of nodesBetween(inputs, output)) passThrough(node, found, inputs)
    return inputs.map((input) => fullGradient(found.get(input), input))
  })
}

/** Nodes that lie on a path from one of the inputs to the output, last first. */
function nodesBetween(inputs: readonly Value[], output: Value): Node[] {
  const reached = new Set<Value>(inputs)
  const forward = output.graph.nodes.filter((node) => {
    const depends = node.operator.gradient !== null && node.inputs.some((input) => reached.has(input))
    if (depends) reached.add(node.output)
    return depends
  })
  const useful = new Set<Value>([output])
  return forward.reverse().filter((node) => {
    const used = useful.has(node.output)
    if (used) for (const input of node.inputs) if (reached.has(input)) useful.add(input)
    return used
  })
}

function passThrough(node: Node, found: Map<Value, Value>, wanted: readonly Value[]): void {
  const { operator, output } = node
  const arrived = found.get(output)
  if (!arrived) return
  // A gradient that was summed up is needed no longer, unless it was asked for.
  if (!wanted.includes(output)) found.delete(output)
  if (!operator.gradient) throw new Error(`${operator.type} (${node.name}) has no gradient rule.`)
  const outputGradient =
    operator.elementwise || operator.acceptsBroadcast ? arrived : expandLike(arrived, output)
  const passed = operator.gradient(outputGradient, node)
  if (passed.length !== node.inputs.length)
    throw new Error(
      `The rule of ${operator.type} gave ${passed.length} gradients for ${node.inputs.length} inputs.`,
    )
  passed.forEach((gradient, i) => {
    const input = node.inputs[i]!
    if (!gradient) {
      // A square passes everything to its first operand, which is the second one too.
      if (wanted.includes(input) && node.inputs.indexOf(input) === i)
        throw new Error(`${operator.type} (${node.name}) passes no gradient to ${input.name}.`)
      return
    }
    const summed = reduceToInput(gradient, input, node)
    const earlier = found.get(input)
    found.set(input, earlier ? add(earlier, summed) : summed)
  })
}

/** A rule may return a gradient that only broadcasts to its input, as the scalar 1/n of a mean does. */
function reduceToInput(gradient: Value, input: Value, { operator, output }: Node): Value {
  // If the input was repeated, such a scalar counts once per copy.
  if (operator.elementwise && !sameShape(input.shape, output.shape))
    return sumTo(expandLike(gradient, output), input)
  const smaller = gradient.shape.every((side, i) => {
    const own = input.shape[i - gradient.shape.length + input.shape.length]
    return own !== undefined && (side === own || side === 1)
  })
  return smaller ? gradient : sumTo(gradient, input)
}

function fullGradient(gradient: Value | undefined, input: Value): Value {
  const { graph } = input
  if (!gradient) return expandLike(graph.constant(0), input)
  return sameShape(gradient.shape, input.shape) ? gradient : expandLike(gradient, input)
}
