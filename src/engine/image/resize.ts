import { clampUnit, type Planes } from '../tensor/planes.ts'
import { isSameSize, type Size } from '../tensor/size.ts'

export type ResizeFilter = 'bilinear' | 'bicubic' | 'lanczos3'

interface Kernel {
  readonly support: number
  readonly at: (x: number) => number
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

/** Keys 1981, "Cubic convolution interpolation for digital image processing", eq. 4 with a = -1/2. */
const cubicA = -0.5

const kernels: Readonly<Record<ResizeFilter, Kernel>> = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    at: (signed) => {
      const x = Math.abs(signed)
      if (x < 1) return ((cubicA + 2) * x - (cubicA + 3)) * x * x + 1
      if (x < 2) return cubicA * (((x - 5) * x + 8) * x - 4)
      return 0
    },
  },
  lanczos3: { support: 3, at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** For each output position: which inputs it is made of, and how much of each. */
interface Taps {
  readonly starts: Int32Array
  readonly counts: Int32Array
  /** Row-major [outputs, stride]; each row sums to 1 over its count. */
  readonly weights: Float64Array
  readonly stride: number
}

/**
 * Weights of one axis. When shrinking, the kernel is stretched by the ratio, which removes what the smaller
 * picture cannot show; taps that fall outside are left out and the rest renormalised (Pillow's convention).
 */
function tapsOf(fromPx: number, toPx: number, filter: ResizeFilter): Taps {
  const kernel = kernels[filter]
  const ratio = fromPx / toPx
  const stretch = Math.max(1, ratio)
  // At ratio 1 every kernel here is 1 at its centre and 0 at all other pixels: say so exactly.
  const support = fromPx === toPx ? 0.5 : kernel.support * stretch
  const stride = Math.min(fromPx, Math.ceil(support) * 2 + 1)
  const starts = new Int32Array(toPx)
  const counts = new Int32Array(toPx)
  const weights = new Float64Array(toPx * stride)
  for (let i = 0; i < toPx; i++) {
    const centre = (i + 0.5) * ratio
    const start = Math.max(0, Math.floor(centre - support + 0.5))
    const count = Math.min(fromPx, Math.floor(centre + support + 0.5)) - start
    let sum = 0
    for (let k = 0; k < count; k++) {
      const weight = kernel.at((start + k + 0.5 - centre) / stretch)
      weights[i * stride + k] = weight
      sum += weight
    }
    for (let k = 0; k < count; k++) weights[i * stride + k]! /= sum
    starts[i] = start
    counts[i] = count
  }
  return { starts, counts, weights, stride }
}

/** One row [channels, from] → [channels, to]; sums accumulate in double. */
function resizeRow(row: Float32Array, channels: number, taps: Taps, out: Float32Array): void {
  const { starts, counts, weights, stride } = taps
  const fromPx = row.length / channels
  const toPx = starts.length
  for (let c = 0; c < channels; c++) {
    for (let x = 0; x < toPx; x++) {
      const first = c * fromPx + starts[x]!
      const end = first + counts[x]!
      let sum = 0
      for (let from = first, k = x * stride; from < end; from++, k++) sum += row[from]! * weights[k]!
      out[c * toPx + x] = sum
    }
  }
}

/**
 * Resizes a picture that is handed over row by row, so that a large source never has to exist as floats.
 * @param readRow fills `row`, planar [channels, from.widthPx], with row `y`; called once a row, top to bottom.
 * @returns planar [channels, to.heightPx, to.widthPx]. Overshoot of bicubic and lanczos3 is not clamped.
 */
export function resizeRows(
  readRow: (y: number, row: Float32Array) => void,
  channels: number,
  from: Size,
  to: Size,
  filter: ResizeFilter,
): Float32Array<ArrayBuffer> {
  const across = tapsOf(from.widthPx, to.widthPx, filter)
  const down = tapsOf(from.heightPx, to.heightPx, filter)
  const row = new Float32Array(channels * from.widthPx)
  // An output row needs at most `stride` neighbouring rows: a ring of that many is all that is kept.
  const rowLength = channels * to.widthPx
  const ring = Array.from({ length: down.stride }, () => new Float32Array(rowLength))
  const sums = new Float64Array(rowLength)
  const out = new Float32Array(channels * to.heightPx * to.widthPx)
  let read = 0
  for (let y = 0; y < to.heightPx; y++) {
    const start = down.starts[y]!
    const count = down.counts[y]!
    for (; read < start + count; read++) {
      readRow(read, row)
      resizeRow(row, channels, across, ring[read % down.stride]!)
    }
    sums.fill(0)
    for (let k = 0; k < count; k++) {
      const weight = down.weights[y * down.stride + k]!
      const source = ring[(start + k) % down.stride]!
      for (let i = 0; i < rowLength; i++) sums[i]! += weight * source[i]!
    }
    for (let c = 0; c < channels; c++) {
      const line = sums.subarray(c * to.widthPx, (c + 1) * to.widthPx)
      out.set(line, (c * to.heightPx + y) * to.widthPx)
    }
  }
  return out
}

/**
 * Resizes planes in float32, separably, with antialiasing when shrinking; the same input gives the same bytes.
 * @param planes planar [channels, from.heightPx, from.widthPx], any range.
 * @returns planar [channels, to.heightPx, to.widthPx]. Overshoot of bicubic and lanczos3 is not clamped.
 */
export function resizePlanes(
  planes: Float32Array,
  channels: number,
  from: Size,
  to: Size,
  filter: ResizeFilter,
): Float32Array<ArrayBuffer> {
  const { widthPx, heightPx } = from
  if (planes.length !== channels * widthPx * heightPx) {
    throw new RangeError(
      `${planes.length} values do not make ${channels} planes of ${widthPx} × ${heightPx}.`,
    )
  }
  const readRow = (y: number, row: Float32Array): void => {
    for (let c = 0; c < channels; c++) {
      const first = (c * heightPx + y) * widthPx
      row.set(planes.subarray(first, first + widthPx), c * widthPx)
    }
  }
  return resizeRows(readRow, channels, from, to, filter)
}

/** The size whose long side is `longSidePx`, proportions kept, each side at least 1; a smaller one stays as it is. */
export function fitLongSide(size: Size, longSidePx: number): Size {
  const longPx = Math.max(size.widthPx, size.heightPx)
  if (longPx <= longSidePx) return { widthPx: size.widthPx, heightPx: size.heightPx }
  const scaled = (px: number): number => Math.max(1, Math.round((px * longSidePx) / longPx))
  return { widthPx: scaled(size.widthPx), heightPx: scaled(size.heightPx) }
}

/** A picture at another size, bicubic; the same object where it has that size already. */
export function resized(picture: Planes, size: Size): Planes {
  if (isSameSize(picture, size)) return picture
  const { rgb, alpha } = picture
  return {
    ...size,
    rgb: clampUnit(resizePlanes(rgb, 3, picture, size, 'bicubic')),
    ...(alpha && { alpha: clampUnit(resizePlanes(alpha, 1, picture, size, 'bicubic')) }),
  }
}
