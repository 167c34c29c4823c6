import { AdamFamily } from './adam-family.ts'

/**
 * Adam (Kingma & Ba 2015, Algorithm 1, https://arxiv.org/abs/1412.6980):
 *
 *     θₜ = θₜ₋₁ − α · m̂ₜ / (√v̂ₜ + ε)
 *
 * No deviation from the algorithm. ε stands beside the corrected root, as in the paper and in PyTorch; Keras adds
 * it to the uncorrected one (ε̂, the form just before the paper's section 2.1), which is ε = ε̂ / √(1−β₂ᵗ) here.
 * Moments are stored in float32; the arithmetic of an element is double.
 */
export class Adam extends AdamFamily {
  readonly name = 'adam'

  protected move(x: Float32Array): void {
    const { first, second, firstCorrection, secondCorrection } = this.moments
    const { learningRate, epsilon } = this.options
    for (let i = 0; i < x.length; i++) {
      const root = Math.sqrt(second[i]! * secondCorrection)
      x[i] = x[i]! - (learningRate * first[i]! * firstCorrection) / (root + epsilon)
    }
  }
}
