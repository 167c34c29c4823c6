import { addScaled, dot, scaleInto } from './vector.ts'

/** s = xₖ₊₁ − xₖ, y = ∇fₖ₊₁ − ∇fₖ */
interface Pair {
  s: Float32Array
  y: Float32Array
  /** ρ = 1 / yᵀs */
  rho: number
}

/** The newest pairs of L-BFGS in a ring; memory is taken as they come. */
export class CurvaturePairs {
  readonly capacity: number
  readonly #ring: Pair[] = []
  /** Index of the next pair; the oldest pair is there once the ring is full. */
  #next = 0
  /** αᵢ of the two loops. */
  readonly #alpha: Float64Array

  constructor(capacity: number) {
    this.capacity = capacity
    this.#alpha = new Float64Array(capacity)
  }

  get count(): number {
    return this.#ring.length
  }

  get byteLength(): number {
    return this.#ring.reduce((sum, { s, y }) => sum + s.byteLength + y.byteLength, 0)
  }

  /**
   * Takes the two vectors over, without copying.
   *
   * @returns the pair that was forgotten, whose vectors can be used again; null while the ring fills
   */
  push(s: Float32Array, y: Float32Array): Pick<Pair, 's' | 'y'> | null {
    const forgotten = this.#ring[this.#next] ?? null
    this.#ring[this.#next] = { s, y, rho: 1 / dot(y, s) }
    this.#next = (this.#next + 1) % this.capacity
    return forgotten
  }

  clear(): void {
    this.#ring.length = 0
    this.#next = 0
  }

  /** The pairs from the oldest to the newest; not copied. */
  oldestFirst(): readonly Pick<Pair, 's' | 'y'>[] {
    return Array.from({ length: this.count }, (_, age) => this.#pair(age))
  }

  /**
   * q ← H·q, the two-loop recursion (Nocedal & Wright 2006, Algorithm 7.4; Nocedal 1980).
   * @param inverseCurvature γ of H⁰ = γ·I (equation 7.20).
   */
  multiplyInverseHessian(q: Float32Array, inverseCurvature: number): void {
    const alpha = this.#alpha
    for (let age = this.count - 1; age >= 0; age--) {
      const { s, y, rho } = this.#pair(age)
      alpha[age] = rho * dot(s, q)
      addScaled(q, -alpha[age]!, y)
    }
    scaleInto(q, inverseCurvature, q)
    for (let age = 0; age < this.count; age++) {
      const { s, y, rho } = this.#pair(age)
      const beta = rho * dot(y, q)
      addScaled(q, alpha[age]! - beta, s)
    }
  }

  /** @param age 0 is the oldest. */
  #pair(age: number): Pair {
    const oldest = this.count < this.capacity ? 0 : this.#next
    return this.#ring[(oldest + age) % this.capacity]!
  }
}
