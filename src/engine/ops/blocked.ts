import type { Operator, Value } from '../graph/graph.ts'

/**
 * ONNX Runtime's CPU provider keeps feature maps in a blocked layout (channels in groups of 8 or 16) between
 * convolutions, pools, ReLUs, sums and products. Any other operator takes its neighbours out of it, and each change of
 * layout costs more than the operator itself. The two below change nothing but the layout they are computed in.
 */

/** x itself, as the maximum over windows of one cell: takes x (back) into the blocked layout. */
export const blockedOperator: Operator = {
  type: 'MaxPool',
  shape: ([x]) => x!.shape,
  gradient: (g) => [g],
}

export function blocked(x: Value): Value {
  return x.graph.add(blockedOperator, [x], { kernel_shape: [1, 1], strides: [1, 1] })
}

/** −x, as a convolution of each channel with a kernel of −1: Neg would leave the blocked layout. */
export const blockedNegOperator: Operator = {
  type: 'Conv',
  shape: ([x]) => x!.shape,
  gradient: (g) => [blockedNeg(g), null],
}

export function blockedNeg(x: Value): Value {
  const channels = x.shape[1] as number
  const minusOne = x.graph.constant(new Array<number>(channels).fill(-1), [channels, 1, 1, 1])
  return x.graph.add(blockedNegOperator, [x, minusOne], { group: channels })
}
