import type { Random } from '../random.ts'
import type { Tensor } from '../weights/weights.ts'
import { matmul, transposed } from '../ops/index.ts'
import { evaluate } from '../runtime/evaluate.ts'
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
export async function writeExemplars(
  weight: Tensor,
  from: number,
  features: Tensor,
  { random, threads }: { random: Random; threads: number },
): Promise<void> {
  const channels = features.shape[1]!
  const count = weight.shape[0]! - from
  const { mean, inverse } = await whitening(features, threads)
  const patches = new Float32Array(count * 9 * channels)
  for (let filter = 0; filter < count; filter++) {
    const corner = randomCorner(features, random)
    for (let cell = 0; cell < 9; cell++) {
      const patch = patches.subarray((filter * 9 + cell) * channels, (filter * 9 + cell + 1) * channels)
      readChannels(features, corner, cell, patch)
      for (let c = 0; c < channels; c++) patch[c]! -= mean[c]!
    }
  }
  const white = await product({ shape: [count * 9, channels], data: patches }, inverse, threads)
  for (let filter = 0; filter < count; filter++)
    for (let cell = 0; cell < 9; cell++)
      for (let c = 0; c < channels; c++)
        weight.data[9 * ((from + filter) * channels + c) + cell] =
          taper[cell]! * white.data[(filter * 9 + cell) * channels + c]!
}

/** A·B, [rows, inner] · [inner, columns]. */
function product(a: Tensor, b: Tensor, threads: number): Promise<Tensor> {
  return evaluate({ a, b }, (x) => matmul(x['a']!, x['b']!), threads)
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
  into: Float32Array,
): void {
  const [, channels, height, width] = shape as [number, number, number, number]
  const position = (y + Math.floor(cell / 3)) * width + x + (cell % 3)
  for (let c = 0; c < channels; c++) into[c] = data[(picture * channels + c) * height * width + position]!
}

/** Mean μ [C] of the features, and the inverse of their covariance with the ridge, [C, C]. */
async function whitening(
  features: Tensor,
  threads: number,
): Promise<{ mean: Float64Array; inverse: Tensor }> {
  const channels = features.shape[1]!
  const samples = sampleChannels(features)
  const count = samples.shape[1]!
  const mean = Float64Array.from({ length: channels }, (_, c) => {
    const own = samples.data.subarray(c * count, (c + 1) * count)
    const average = own.reduce((sum, value) => sum + value, 0) / count
    own.forEach((value, i) => (own[i] = value - average))
    return average
  })
  const squares = await evaluate({ x: samples }, (v) => matmul(v['x']!, transposed(v['x']!)), threads)
  const covariance = Float64Array.from(squares.data, (value) => value / count)
  let trace = 0
  for (let c = 0; c < channels; c++) trace += covariance[c * (channels + 1)]!
  for (let c = 0; c < channels; c++) covariance[c * (channels + 1)]! += (ridge * trace) / channels + 1e-6
  return { mean, inverse: { shape: [channels, channels], data: inverseOf(covariance, channels) } }
}

/** Of a symmetric positive definite matrix, which is overwritten. */
function inverseOf(matrix: Float64Array, size: number): Float32Array {
  factorise(matrix, size)
  const inverse = new Float32Array(size * size)
  const column = new Float64Array(size)
  for (let c = 0; c < size; c++) {
    column.fill(0)
    column[c] = 1
    solveFactorised(matrix, size, column)
    // It is symmetric: a column is a row as well.
    inverse.set(column, c * size)
  }
  return inverse
}

/** The channels at evenly spread positions of all the pictures, [C, positions]. */
function sampleChannels({ shape, data }: Tensor): Tensor {
  const [count, channels, height, width] = shape as [number, number, number, number]
  const area = height * width
  const stride = Math.max(1, (count * area) / sampleCount)
  const positions = Math.ceil((count * area) / stride)
  const samples = new Float32Array(channels * positions)
  for (let i = 0; i < positions; i++) {
    const position = Math.floor(i * stride)
    const start = Math.floor(position / area) * channels * area + (position % area)
    for (let c = 0; c < channels; c++) samples[c * positions + i] = data[start + c * area]!
  }
  return { shape: [channels, positions], data: samples }
}
