import { sameShape } from '../graph/dimension.ts'
import type { Operator, Value } from '../graph/graph.ts'
import { add, div, mul, sqrt, square, sub } from './arithmetic.ts'
import { reshape } from './layout.ts'
import { reduceMean, reduceSum } from './reduce.ts'
import { stopGradient } from './stop.ts'

/**
 * y = γ·x/σ + β over each channel of each image, σ² = mean x² + ε, for x whose means are 0.
 * With x̂ = x/σ and ĝ = γ·g: ∂x = (ĝ − mean(ĝ) − x̂·mean(ĝ·x̂))/σ, ∂γ = Σ g·x̂, ∂β = Σ g.
 */
export const instanceNormOperator: Operator = {
  type: 'InstanceNormalization',
  shape: ([x, scale, bias]) => {
    if (x!.shape.length !== 4) throw new Error('x needs four axes')
    const perChannel = [x!.shape[1]!]
    if (!sameShape(scale!.shape, perChannel) || !sameShape(bias!.shape, perChannel))
      throw new Error('scale and bias need one number for each channel')
    return x!.shape
  },
  gradient: (g, { inputs: [x, scale], attributes }) => {
    const epsilon = (attributes['epsilon'] as { float: number }).float
    const deviation = sqrt(add(reduceMean(square(x!), [2, 3], true), epsilon))
    const normal = div(x!, deviation)
    const scaled = mul(g, reshape(scale!, [1, -1, 1, 1]))
    const spread = mul(normal, reduceMean(mul(scaled, normal), [2, 3], true))
    const dx = div(sub(sub(scaled, reduceMean(scaled, [2, 3], true)), spread), deviation)
    return [dx, reduceSum(mul(g, normal), [0, 2, 3]), reduceSum(g, [0, 2, 3])]
  },
}

/**
 * x [N, C, H, W] with scale γ [C] and bias β [C]: γ·(x − μ)/σ + β (Ulyanov et al. 2016).
 *
 * The mean is taken off before: ONNX Runtime's own one is so inexact that a flat channel of 512 × 512 comes out as 0.03 to 1, not
 * as 0. No gradient needs to flow through it, since ∂x sums up to 0.
 */
export function instanceNorm(x: Value, scale: Value, bias: Value, epsilon = 1e-5): Value {
  const centred = x.shape.length === 4 ? sub(x, stopGradient(reduceMean(x, [2, 3], true))) : x
  return x.graph.add(instanceNormOperator, [centred, scale, bias], { epsilon: { float: epsilon } })
}
