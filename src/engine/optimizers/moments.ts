import type { Resample } from './contract.ts'
import { checkResampled } from './evaluate.ts'
import { expectFields, stateScalar, type OptimizerState } from './state.ts'

/**
 * The running moments of the gradient and their bias corrections (Kingma & Ba 2015, Algorithm 1):
 *
 *     mₜ = β₁·mₜ₋₁ + (1−β₁)·gₜ        m̂ₜ = mₜ / (1−β₁ᵗ)
 *     vₜ = β₂·vₜ₋₁ + (1−β₂)·gₜ²       v̂ₜ = vₜ / (1−β₂ᵗ)
 */
export class Moments {
  /** m */
  first: Float32Array
  /** v */
  second: Float32Array
  /** t: updates so far. */
  #steps = 0
  readonly #beta1: number
  readonly #beta2: number

  constructor(beta1: number, beta2: number, size: number) {
    this.#beta1 = beta1
    this.#beta2 = beta2
    this.first = new Float32Array(size)
    this.second = new Float32Array(size)
  }

  get size(): number {
    return this.first.length
  }

  /** 1 / (1−β₁ᵗ) */
  get firstCorrection(): number {
    return 1 / (1 - this.#beta1 ** this.#steps)
  }

  /** 1 / (1−β₂ᵗ) */
  get secondCorrection(): number {
    return 1 / (1 - this.#beta2 ** this.#steps)
  }

  update(gradient: Float32Array): void {
    const { first, second } = this
    const beta1 = this.#beta1
    const beta2 = this.#beta2
    for (let i = 0; i < first.length; i++) {
      const g = gradient[i]!
      first[i] = beta1 * first[i]! + (1 - beta1) * g
      second[i] = beta2 * second[i]! + (1 - beta2) * g * g
    }
    this.#steps++
  }

  /**
   * Carries the moments to another canvas size, as Crowson's style-transfer-pytorch does between scales: both
   * resampled, the second kept non-negative, the counter kept. An interpolation that overshoots (bicubic) may give
   * a negative second moment, whose root would poison the canvas, so it is cut off here too.
   */
  rescale(size: number, resample: Resample): void {
    const first = checkResampled(resample(this.first, 'signed'), size)
    const second = checkResampled(resample(this.second, 'non-negative'), size)
    // Copied, because the resampler may hand back the field it was given, or a buffer of its own.
    this.first = first.slice()
    this.second = second.map((value) => Math.max(0, value))
  }

  save(): Omit<OptimizerState, 'optimizer'> {
    return { size: this.size, scalars: { steps: this.#steps }, fields: [this.first, this.second] }
  }

  restore(state: OptimizerState): void {
    expectFields(state, 2)
    this.#steps = stateScalar(state, 'steps')
    this.first = state.fields[0]!
    this.second = state.fields[1]!
  }

  get stateBytes(): number {
    return this.first.byteLength + this.second.byteLength
  }
}
