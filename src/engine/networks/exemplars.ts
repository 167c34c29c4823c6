import type { Random } from '../random.ts'
import type { Tensor } from '../weights/weights.ts'
import { factorise, solveFactorised } from './cholesky.ts'

/** Positions that a covariance is estimated from; more changes no picture visibly. */
const sampleCount = 2048

/**
 * Added to the variances, as a share of their average: less makes filters that hear faint differences, which are noise;
 * more makes all of them alike.
 */
const ridge = 0.3

/** A patch fades to its border, so that no filter has a hard edge. */
const taper = [0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25]

/**
 * Writes filters that each look for one patch of the pictures: w = Σ⁻¹(p − μ), for a 3×3 patch p at a random position
 * (exemplars whitened as by Hariharan, Malik & Ramanan 2012, eq. 6; here Σ is of the channels, not of the cells).
 * Which of many such patches a picture has, and which together, describes its texture well (textons: Varma & Zisserman 2003).
 *
 * @param weight [out, in, 3, 3]; filters before `from` are left as they are
 * @param features what the filters will read, [N, in, h, w]
 */
export function writeExemplars(weight: Tensor, from: number, features: Tensor, random: Random): void {
  const channels = features.shape[1]!
  const { mean, factor } = whitening(features)
  const patch = new Float64Array(channels)
  for (let filter = from; filter < weight.shape[0]!; filter++) {
    const corner = randomCorner(features, random)
    for (let cell = 0; cell < 9; cell++) {
      readChannels(features, corner, cell, patch)
      for (let c = 0; c < channels; c++) patch[c]! -= mean[c]!
      solveFactorised(factor, channels, patch)
      for (let c = 0; c < channels; c++)
        weight.data[9 * (filter * channels + c) + cell] = taper[cell]! * patch[c]!
    }
  }
}

interface Corner {
  readonly picture: number
  readonly y: number
  readonly x: number
}

function randomCorner({ shape }: Tensor, random: Random): Corner {
  const [count, , height, width] = shape as [number, number, number, number]
  return {
    picture: Math.floor(random.uniform() * count),
    y: Math.floor(random.uniform() * (height - 2)),
    x: Math.floor(random.uniform() * (width - 2)),
  }
}

/** The channels of one of the nine cells of a patch. */
function readChannels(
  { shape, data }: Tensor,
  { picture, y, x }: Corner,
  cell: number,
  into: Float64Array,
): void {
  const [, channels, height, width] = shape as [number, number, number, number]
  const position = (y + Math.floor(cell / 3)) * width + x + (cell % 3)
  for (let c = 0; c < channels; c++) into[c] = data[(picture * channels + c) * height * width + position]!
}

/** Mean μ [C] of the features, and the Cholesky factor of their covariance with the ridge, [C, C]. */
function whitening(features: Tensor): { mean: Float64Array; factor: Float64Array } {
  const channels = features.shape[1]!
  const samples = sampleChannels(features)
  const mean = new Float64Array(channels)
  for (const sample of samples) for (let c = 0; c < channels; c++) mean[c]! += sample[c]! / samples.length
  const covariance = new Float64Array(channels * channels)
  for (const sample of samples) {
    for (let c = 0; c < channels; c++) sample[c]! -= mean[c]!
    for (let a = 0; a < channels; a++) {
      const scaled = sample[a]! / samples.length
      for (let b = 0; b <= a; b++) covariance[a * channels + b]! += scaled * sample[b]!
    }
  }
  let trace = 0
  for (let c = 0; c < channels; c++) trace += covariance[c * (channels + 1)]!
  for (let c = 0; c < channels; c++) covariance[c * (channels + 1)]! += (ridge * trace) / channels + 1e-6
  factorise(covariance, channels)
  return { mean, factor: covariance }
}

/** The channels at evenly spread positions of all the pictures. */
function sampleChannels({ shape, data }: Tensor): Float64Array[] {
  const [count, channels, height, width] = shape as [number, number, number, number]
  const area = height * width
  const stride = Math.max(1, (count * area) / sampleCount)
  const samples = []
  for (let at = 0; at < count * area; at += stride) {
    const position = Math.floor(at)
    const start = Math.floor(position / area) * channels * area + (position % area)
    samples.push(Float64Array.from({ length: channels }, (_, c) => data[start + c * area]!))
  }
  return samples
}
