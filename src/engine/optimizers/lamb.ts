import { AdamFamily } from './adam-family.ts'
import type { AdamWOptions } from './adamw.ts'

/**
 * LAMB (You et al. 2020, Algorithm 2, https://arxiv.org/abs/1904.00962): a step of Adam's direction whose length is in
 * proportion to the length of the layer,
 *
 *     rₜ = m̂ₜ / (√v̂ₜ + ε)
 *     θₜ = θₜ₋₁ − η · φ(‖θₜ₋₁‖) / ‖rₜ + λ·θₜ₋₁‖ · (rₜ + λ·θₜ₋₁)
 *
 * The whole canvas is one layer, and φ(z) = z. Deviation: where one of the two norms is zero the ratio is 1, so
 * that an all-zero canvas can leave zero; the paper leaves this open.
 */
export class Lamb extends AdamFamily {
  readonly name = 'lamb'
  readonly #weightDecay: number

  constructor(options: AdamWOptions, size: number) {
    super(options, size)
    this.#weightDecay = options.weightDecay
  }

  protected move(x: Float32Array): void {
    const { first, second, firstCorrection, secondCorrection } = this.moments
    const { epsilon } = this.options
    const factor = this.options.learningRate * this.#trustRatio(x)
    for (let i = 0; i < x.length; i++) {
      const root = Math.sqrt(second[i]! * secondCorrection)
      const direction = (first[i]! * firstCorrection) / (root + epsilon) + this.#weightDecay * x[i]!
      x[i] = x[i]! - factor * direction
    }
  }

  /** ‖θ‖ / ‖r + λ·θ‖. The direction is computed here and again in `move`, which is cheaper than a canvas to keep it. */
  #trustRatio(x: Float32Array): number {
    const { first, second, firstCorrection, secondCorrection } = this.moments
    const { epsilon } = this.options
    let canvasSquares = 0
    let directionSquares = 0
    for (let i = 0; i < x.length; i++) {
      const root = Math.sqrt(second[i]! * secondCorrection)
      const direction = (first[i]! * firstCorrection) / (root + epsilon) + this.#weightDecay * x[i]!
      canvasSquares += x[i]! * x[i]!
      directionSquares += direction * direction
    }
    return canvasSquares > 0 && directionSquares > 0 ? Math.sqrt(canvasSquares / directionSquares) : 1
  }
}
