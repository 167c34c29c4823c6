import { factorise } from './cholesky.ts'
import { symmetricEigenvalues } from './symmetric.ts'

/** Features of one tap as a normal distribution, in float64. */
export interface Gaussian {
  readonly mean: Float64Array
  /** Σ, [C, C], row-major. */
  readonly covariance: Float64Array
}

/** Added to the diagonal of both covariances. */
const ridge = 1e-4

/**
 * The squared Wasserstein-2 distance of two normal distributions, over the number of channels:
 * mean_c (μ − μt)² + mean_c diag(Σ + Σt − 2·(Σt^½·Σ·Σt^½)^½) (Olkin & Pukelsheim 1982).
 *
 * The trace of the root is the sum of the roots of the eigenvalues of Σt·Σ. With Σ = L·Lᵀ these are the eigenvalues of the
 * symmetric Lᵀ·Σt·L, so no matrix root is needed.
 */
export function wassersteinDistance(a: Gaussian, b: Gaussian): number {
  const size = a.mean.length
  const [sigmaA, sigmaB] = [withRidge(a.covariance, size), withRidge(b.covariance, size)]
  let sum = 0
  for (let c = 0; c < size; c++) {
    const diagonal = c * (size + 1)
    sum += (a.mean[c]! - b.mean[c]!) ** 2 + sigmaA[diagonal]! + sigmaB[diagonal]!
  }
  factorise(sigmaA, size)
  const roots = symmetricEigenvalues(congruence(sigmaA, sigmaB, size), size).map((value) =>
    Math.sqrt(Math.max(0, value)),
  )
  return (sum - 2 * roots.reduce((total, root) => total + root, 0)) / size
}

function withRidge(covariance: Float64Array, size: number): Float64Array {
  const sigma = covariance.slice()
  for (let c = 0; c < size; c++) sigma[c * (size + 1)]! += ridge
  return sigma
}

/** Lᵀ·B·L for a lower triangular L; what lies above its diagonal is not read. */
function congruence(lower: Float64Array, b: Float64Array, size: number): Float64Array {
  const half = new Float64Array(size * size)
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++)
      addRow(half, i, b[i * size + k]!, lower.subarray(k * size, k * size + k + 1))
  const whole = new Float64Array(size * size)
  for (let k = 0; k < size; k++)
    for (let i = 0; i <= k; i++)
      addRow(whole, i, lower[k * size + i]!, half.subarray(k * size, (k + 1) * size))
  return whole

  function addRow(target: Float64Array, row: number, factor: number, values: Float64Array): void {
    const start = row * size
    for (let j = 0; j < values.length; j++) target[start + j]! += factor * values[j]!
  }
}

/**
 * Several distributions as one: that of a picture that shows each on its share of the area. Means and second moments are
 * averaged by weight, which for covariances is Σ = Σᵢ wᵢ·(Σᵢ + (μᵢ − μ)(μᵢ − μ)ᵀ).
 */
export function blend(parts: readonly { gaussian: Gaussian; weight: number }[]): Gaussian {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0)
  const size = parts[0]!.gaussian.mean.length
  const mean = new Float64Array(size)
  for (const { gaussian, weight } of parts)
    for (let c = 0; c < size; c++) mean[c]! += (weight / total) * gaussian.mean[c]!
  const covariance = new Float64Array(size * size)
  for (const { gaussian, weight } of parts) {
    const offset = gaussian.mean.map((value, c) => value - mean[c]!)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        covariance[i * size + j]! +=
          (weight / total) * (gaussian.covariance[i * size + j]! + offset[i]! * offset[j]!)
  }
  return { mean, covariance }
}
