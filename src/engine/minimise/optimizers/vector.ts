/**
 * Arithmetic on flat float32 vectors of one length. Sums accumulate in double precision: a canvas of 2048 × 2048
 * has 12 million elements, and a float32 sum of so many keeps three digits. Four running sums, because one would
 * make each addition wait for the last.
 */

/** Σ aᵢ·bᵢ */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum0 = 0
  let sum1 = 0
  let sum2 = 0
  let sum3 = 0
  const blocks = a.length - (a.length % 4)
  let i = 0
  for (; i < blocks; i += 4) {
    sum0 += a[i]! * b[i]!
    sum1 += a[i + 1]! * b[i + 1]!
    sum2 += a[i + 2]! * b[i + 2]!
    sum3 += a[i + 3]! * b[i + 3]!
  }
  for (; i < a.length; i++) sum0 += a[i]! * b[i]!
  return sum0 + sum1 + (sum2 + sum3)
}

/** ‖a‖₁ = Σ |aᵢ| */
export function sumAbs(a: Float32Array): number {
  let sum = 0
  for (const value of a) sum += Math.abs(value)
  return sum
}

/** ‖a‖∞ = max |aᵢ|; 0 for an empty vector. */
export function maxAbs(a: Float32Array): number {
  let max = 0
  for (const value of a) max = Math.max(max, Math.abs(value))
  return max
}

/** a ← a + factor·b */
export function addScaled(a: Float32Array, factor: number, b: Float32Array): void {
  for (let i = 0; i < a.length; i++) a[i] = a[i]! + factor * b[i]!
}

/** target ← a + factor·b */
export function sumInto(target: Float32Array, a: Float32Array, factor: number, b: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = a[i]! + factor * b[i]!
}

/** a ← b − a */
export function subtractFrom(a: Float32Array, b: Float32Array): void {
  for (let i = 0; i < a.length; i++) a[i] = b[i]! - a[i]!
}

/** target ← factor·a */
export function scaleInto(target: Float32Array, factor: number, a: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = factor * a[i]!
}
