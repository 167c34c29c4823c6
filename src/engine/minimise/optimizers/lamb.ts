import { PasticheError } from '../../../shared/errors.ts'
import { AdamFamily } from './adam-family.ts'
import type { AdamWOptions } from './adamw.ts'
import type { Resample } from './contract.ts'
import { checkSegments, type Segment } from './segments.ts'

/**
 * LAMB (You et al. 2020, Algorithm 2, https://arxiv.org/abs/1904.00962): a step of Adam's direction whose length is, in each
 * layer, in proportion to the length of the layer,
 *
 *     rₜ = m̂ₜ / (√v̂ₜ + ε)
 *     θₜ = θₜ₋₁ − η · φ(‖θₜ₋₁‖) / ‖rₜ + λ·θₜ₋₁‖ · (rₜ + λ·θₜ₋₁)
 *
 * A layer is a segment of the vector: a canvas is one, a network has one for each tensor. φ(z) = z. Deviation: where one of the two
 * norms is zero the ratio is 1, so that an all-zero canvas can leave zero; the paper leaves this open.
 */
export class Lamb extends AdamFamily {
  readonly name = 'lamb'
  readonly #weightDecay: number
  readonly #segments: readonly Segment[] | null

  /**
   * @param segments the layers, which cover the vector one after the other; null: the whole vector is one
   * @throws PasticheError `internal` where they do not
   */
  constructor(options: AdamWOptions, size: number, segments: readonly Segment[] | null = null) {
    super(options, size)
    if (segments) checkSegments(segments, size)
    this.#weightDecay = options.weightDecay
    this.#segments = segments
  }

  protected move(x: Float32Array): void {
    for (const { offset, length } of this.#segments ?? [{ offset: 0, length: x.length }])
      this.#moveSegment(x, offset, offset + length)
  }

  #moveSegment(x: Float32Array, begin: number, end: number): void {
    const { first, second, firstCorrection, secondCorrection } = this.moments
    const { epsilon } = this.options
    const factor = this.options.learningRate * this.#trustRatio(x, begin, end)
    for (let i = begin; i < end; i++) {
      const root = Math.sqrt(second[i]! * secondCorrection)
      const direction = (first[i]! * firstCorrection) / (root + epsilon) + this.#weightDecay * x[i]!
      x[i] = x[i]! - factor * direction
    }
  }

  /** ‖θ‖ / ‖r + λ·θ‖. The direction is computed here and again by the move, which is cheaper than a vector to keep it. */
  #trustRatio(x: Float32Array, begin: number, end: number): number {
    const { first, second, firstCorrection, secondCorrection } = this.moments
    const { epsilon } = this.options
    let layerSquares = 0
    let directionSquares = 0
    for (let i = begin; i < end; i++) {
      const root = Math.sqrt(second[i]! * secondCorrection)
      const direction = (first[i]! * firstCorrection) / (root + epsilon) + this.#weightDecay * x[i]!
      layerSquares += x[i]! * x[i]!
      directionSquares += direction * direction
    }
    return layerSquares > 0 && directionSquares > 0 ? Math.sqrt(layerSquares / directionSquares) : 1
  }

  /** @throws PasticheError `internal` for another size where there are segments: what they become is not known */
  override rescale(size: number, resample: Resample): void {
    if (this.#segments && size !== this.moments.size)
      throw new PasticheError('internal', 'A vector of several segments cannot be resampled.')
    super.rescale(size, resample)
  }
}
