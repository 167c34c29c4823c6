import type { Parameters } from '../../../shared/contract/parameters.ts'
import type { Preprocessing } from '../../models/network-weights.ts'

/**
 * The space that the optimizer moves in: `unit` is RGB in [0,1]; `normalised` is what the network is fed with
 * (for the Caffe family: 0–255 minus the mean), where the published recipes' learning rates are at home.
 * Vectors are planar [3, H, W] in RGB order in both.
 */
export class CanvasSpace {
  /** canvas = vector · gain + offset, per channel. */
  readonly #gain: readonly number[]
  readonly #offset: readonly number[]

  constructor(space: Parameters['space'], preprocessing: Preprocessing) {
    const { channels, scale, mean, std } = preprocessing
    const rgb = (values: readonly number[]): readonly number[] =>
      channels === 'rgb' ? values : [...values].reverse()
    this.#gain = space === 'unit' ? [1, 1, 1] : rgb(std).map((deviation) => deviation / scale)
    this.#offset = space === 'unit' ? [0, 0, 0] : rgb(mean).map((value) => value / scale)
  }

  /** Vector → canvas in [0,1], written into `canvas`. */
  toCanvas(vector: Float32Array, canvas: Float32Array): Float32Array {
    return this.#map(
      vector,
      canvas,
      (value, channel) => value * this.#gain[channel]! + this.#offset[channel]!,
    )
  }

  /** Canvas → vector, a new array. */
  fromCanvas(canvas: Float32Array): Float32Array {
    const vector = new Float32Array(canvas.length)
    return this.#map(
      canvas,
      vector,
      (value, channel) => (value - this.#offset[channel]!) / this.#gain[channel]!,
    )
  }

  /** ∂L/∂canvas → ∂L/∂vector, in place. */
  scaleGradient(gradient: Float32Array): Float32Array {
    if (this.#gain.every((gain) => gain === 1)) return gradient
    return this.#map(gradient, gradient, (value, channel) => value * this.#gain[channel]!)
  }

  /** Limits the vector to colours that exist, in place. */
  clamp(vector: Float32Array): Float32Array {
    return this.#map(vector, vector, (value, channel) => {
      const low = -this.#offset[channel]! / this.#gain[channel]!
      const high = (1 - this.#offset[channel]!) / this.#gain[channel]!
      return value < low ? low : value > high ? high : value
    })
  }

  #map(
    from: Float32Array,
    to: Float32Array,
    change: (value: number, channel: number) => number,
  ): Float32Array {
    const plane = from.length / 3
    for (let channel = 0; channel < 3; channel++)
      for (let i = channel * plane; i < (channel + 1) * plane; i++) to[i] = change(from[i]!, channel)
    return to
  }
}
