import type { Evaluate } from '../../src/engine/minimise/optimizers/optimizer.ts'

/** The problem of optimizers.py, in double precision; the gradient is rounded to float32 when it is handed over. */
export const size = 64

const curvature = Array.from({ length: size }, (_, i) => 1 + i ** 2 / 40)
const centre = Array.from({ length: size }, (_, i) => ((37 * i) % 64) / 32 - 1)

export function start(): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => ((29 * i + 7) % 64) / 64)
}

/** f(x) = ½ Σ aᵢ (xᵢ − cᵢ)² + ¼ Σ (xᵢ₊₁ − xᵢ²)², times `factor`. */
export function makeEvaluate(factor = 1): Evaluate {
  // One buffer for all gradients, as the engine has: an optimizer must not rely on an old one.
  const gradient = new Float32Array(size)
  const exact = new Float64Array(size)
  return (x) => {
    let loss = 0
    for (let i = 0; i < size; i++) {
      const offset = x[i]! - centre[i]!
      loss += 0.5 * curvature[i]! * offset ** 2
      exact[i] = curvature[i]! * offset
    }
    for (let i = 0; i + 1 < size; i++) {
      const valley = x[i + 1]! - x[i]! ** 2
      loss += 0.25 * valley ** 2
      exact[i]! -= valley * x[i]!
      exact[i + 1]! += 0.5 * valley
    }
    for (let i = 0; i < size; i++) gradient[i] = factor * exact[i]!
    return Promise.resolve({ loss: factor * loss, gradient })
  }
}
