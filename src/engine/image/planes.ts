import type { Size } from '../tensor/size.ts'

/** Pixels as files store them: channels of one pixel side by side, 8 or 16 bits each. */
export interface Interleaved extends Size {
  readonly values: Uint8Array | Uint16Array
  readonly channels: 3 | 4
}

const maxValueOf = (values: Uint8Array | Uint16Array): 255 | 65535 =>
  values instanceof Uint16Array ? 65535 : 255

/** `count` pixels from pixel `first` on, planar [channels, …] in [0,1], a plane every `stride` values of `out`. */
function spread(picture: Interleaved, first: number, count: number, out: Float32Array, stride: number): void {
  const { values, channels } = picture
  const max = maxValueOf(values)
  for (let c = 0; c < channels; c++) {
    let from = first * channels + c
    const to = c * stride
    for (let i = 0; i < count; i++, from += channels) out[to + i] = values[from]! / max
  }
}

/** Row `y`, planar [channels, W] in [0,1]. */
export function readPlanarRow(picture: Interleaved, y: number, row: Float32Array): void {
  spread(picture, y * picture.widthPx, picture.widthPx, row, picture.widthPx)
}

/** The whole picture, planar [channels, H, W] in [0,1]. */
export function toPlanes(picture: Interleaved): Float32Array<ArrayBuffer> {
  const pixels = picture.widthPx * picture.heightPx
  const planes = new Float32Array(picture.channels * pixels)
  spread(picture, 0, pixels, planes, pixels)
  return planes
}

/** Rounds planes in [0,1] to 8 or 16 bits; what lies outside is clamped, and what is not a number becomes 0. */
export function toInterleaved(
  rgb: Float32Array,
  alpha: Float32Array | null,
  size: Size,
  bitDepth: 8 | 16,
): Interleaved {
  const pixels = size.widthPx * size.heightPx
  const planes = [
    rgb.subarray(0, pixels),
    rgb.subarray(pixels, 2 * pixels),
    rgb.subarray(2 * pixels, 3 * pixels),
  ]
  if (alpha !== null) planes.push(alpha)
  const channels = alpha === null ? 3 : 4
  const values = bitDepth === 16 ? new Uint16Array(pixels * channels) : new Uint8Array(pixels * channels)
  const max = maxValueOf(values)
  planes.forEach((plane, c) => {
    for (let i = 0; i < pixels; i++) {
      const value = plane[i]! * max + 0.5
      values[i * channels + c] = value >= max ? max : value > 0 ? value : 0
    }
  })
  return { widthPx: size.widthPx, heightPx: size.heightPx, values, channels }
}

/** The picture over white, for formats without alpha. */
export function flattenOnWhite(rgb: Float32Array, alpha: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(rgb, (value, i) => {
    const cover = alpha[i % alpha.length]!
    return value * cover + (1 - cover)
  })
}
