import { AdamFamily, type AdamOptions } from './adam-family.ts'

export interface AdamWOptions extends AdamOptions {
  /** λ in the paper. */
  readonly weightDecay: number
}

/**
 * AdamW (Loshchilov & Hutter 2019, Algorithm 2, https://arxiv.org/abs/1711.05101): Adam whose weight decay does not
 * pass through the moments,
 *
 *     θₜ = θₜ₋₁ − ηₜ·(α · m̂ₜ / (√v̂ₜ + ε) + λ·θₜ₋₁)
 *
 * Deviation: the decay is α·λ·θ, as in PyTorch, where the paper multiplies λ by the schedule ηₜ alone. A canvas decays
 * towards zero, which is black in the unit space and mid-grey in the normalised one.
 */
export class AdamW extends AdamFamily {
  readonly name = 'adamw'
  readonly #weightDecay: number

  constructor(options: AdamWOptions, size: number) {
    super(options, size)
    this.#weightDecay = options.weightDecay
  }

  protected move(x: Float32Array): void {
    const { first, second, firstCorrection, secondCorrection } = this.moments
    const { learningRate, epsilon } = this.options
    const keep = 1 - learningRate * this.#weightDecay
    for (let i = 0; i < x.length; i++) {
      const root = Math.sqrt(second[i]! * secondCorrection)
      x[i] = keep * x[i]! - (learningRate * first[i]! * firstCorrection) / (root + epsilon)
    }
  }
}
