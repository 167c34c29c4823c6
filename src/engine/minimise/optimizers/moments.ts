import type { OptimizerState, Resample } from './contract.ts'
import { checkResampled } from './evaluate.ts'
import { stateField, stateScalar } from './state.ts'

/**
 * The running moments of the gradient and their bias corrections (Kingma & Ba 2015, Algorithm 1):
 *
 *     mₜ = β₁·mₜ₋₁ + (1−β₁)·gₜ        m̂ₜ = mₜ / (1−β₁ᵗ)
 *     vₜ = β₂·vₜ₋₁ + (1−β₂)·gₜ²       v̂ₜ = vₜ / (1−β₂ᵗ)
 */
export class Moments {
  // Empty until the first update: a run that is resumed has no need of zeros.
  /** m */
  first: Float32Array = new Float32Array(0)
  /** v */
  second: Float32Array = new Float32Array(0)
  /** t: updates so far. */
  #steps = 0
  #size: number
  readonly #beta1: number
  readonly #beta2: number

  constructor(beta1: number, beta2: number, size: number) {
    this.#beta1 = beta1
    this.#beta2 = beta2
    this.#size = size
  }

  get size(): number {
    return this.#size
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
    if (this.#steps === 0) {
      this.first = new Float32Array(this.#size)
      this.second = new Float32Array(this.#size)
    }
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
    if (this.#steps === 0) {
      this.#size = size
      return
    }
    const first = checkResampled(resample(this.first, 'signed'), size)
    const second = checkResampled(resample(this.second, 'non-negative'), size)
    // Copied, because the resampler may hand back the field it was given, or a buffer of its own.
    this.#size = size
    this.first = first.slice()
    this.second = second.map((value) => Math.max(0, value))
  }

  save(): Omit<OptimizerState, 'optimizer'> {
    const fields: OptimizerState['fields'] =
      this.#steps === 0 ? {} : { first: this.first, second: this.second }
    return { scalars: { steps: this.#steps }, fields }
  }

  restore(state: OptimizerState): void {
    const steps = stateScalar(state, 'steps')
    const fieldOf = (name: string): Float32Array =>
      steps === 0 ? new Float32Array(0) : stateField(state, name, this.#size)
    const [first, second] = [fieldOf('first'), fieldOf('second')]
    this.#steps = steps
    this.first = first
    this.second = second
  }

  get stateBytes(): number {
    return this.first.byteLength + this.second.byteLength
  }
}
