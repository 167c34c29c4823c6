import type { Value } from '../../../graph/graph.ts'
import {
  add,
  div,
  eyeLike,
  matmul,
  mul,
  reduceSum,
  slice,
  sqrt,
  square,
  stopGradient,
} from '../../../ops/index.ts'
import { sub, trace, withGradientOf } from '../../../ops/index.ts'

/** Added to the diagonals of both covariances, that of the canvas and that of the style (crowsonkb/style-transfer-pytorch). */
export const covarianceEpsilon = 1e-4

/** Steps of {@link matrixRoots}: as many as Crowson's program takes. */
const newtonSchulzSteps = 12

/**
 * The roots A^½ and A^−½ of a symmetric, positive definite A [C, C] by the coupled Newton–Schulz iteration (Higham 2008,
 * "Functions of Matrices", eq. 6.35), which needs only matrix products. With Y₀ = A/‖A‖ and Z₀ = I:
 *
 *     T = (3I − Z·Y)/2,  Y ← Y·T → (A/‖A‖)^½,  Z ← T·Z → (A/‖A‖)^−½
 *
 * ‖A‖ is the Frobenius norm. Eigenvalues below 6·10⁻⁵·‖A‖ have not converged after 12 steps: their roots come out too small.
 */
export function matrixRoots(a: Value): { root: Value; inverse: Value } {
  const size = trace(a)
  const scaled = div(a, size)
  // Computed on the scaled matrix: the squares of large features would exceed float32.
  const norm = sqrt(reduceSum(square(scaled)))
  const threeHalves = mul(eyeLike(a), 1.5)
  const step = (zy: Value): Value => sub(threeHalves, mul(zy, 0.5))
  const start = div(scaled, norm)
  let z = step(start)
  let y = matmul(start, z)
  for (let i = 1; i < newtonSchulzSteps; i++) {
    const t = step(matmul(z, y))
    y = matmul(y, t)
    z = matmul(t, z)
  }
  const factor = sqrt(mul(norm, size))
  return { root: mul(y, factor), inverse: div(z, factor) }
}

/** Σ + ε·I. */
export function regularised(covariance: Value): Value {
  return add(covariance, mul(eyeLike(covariance), covarianceEpsilon))
}

/**
 * The squared Wasserstein-2 distance between the features of the canvas and those of the style, both taken for normal distributions
 * N(μ, Σ) and N(μₜ, Σₜ) (Olkin & Pukelsheim 1982; as a style loss: crowsonkb/style-transfer-pytorch), over the C channels:
 *
 *     mean (μ − μₜ)² + mean diag(Σₜ + Σ − 2·(S·Σ·S)^½),  S = Σₜ^½
 *
 * The gradient is not that of the iteration but the closed form: with R = (S·Σ·S)^−½, which the same iteration yields,
 * ∂/∂Σ = (I − S·R·S)/C. So ∂/∂F = 2/(C·N)·(I − S·R·S)·(F − μ) + 2/(C·N)·(μ − μₜ).
 *
 * @param gaussian μ [C, 1] and Σ [C, C] of the canvas, differentiable
 * @param target [S | μₜ | diag(Σₜ + ε·I)], [C, C + 2]
 * @returns a scalar: the mean over the channels, or their sum
 */
export function wassersteinLoss(
  { mean, covariance }: { mean: Value; covariance: Value },
  target: Value,
  reduction: 'mean' | 'sum',
): Value {
  const channels = covariance.shape[0] as number
  const root = slice(target, 1, 0, channels)
  const wantedMean = slice(target, 1, channels, channels + 1)
  const wantedVariances = slice(target, 1, channels + 1)
  const found = stopGradient(regularised(covariance))
  const product = matrixRoots(matmul(matmul(root, found), root))
  const value = sub(add(reduceSum(wantedVariances), trace(found)), mul(trace(product.root), 2))
  const slope = sub(eyeLike(found), matmul(matmul(root, product.inverse), root))
  const shapes = withGradientOf(value, reduceSum(mul(stopGradient(slope), covariance)))
  const sum = add(reduceSum(square(sub(mean, wantedMean))), shapes)
  return reduction === 'sum' ? sum : div(sum, channels)
}
