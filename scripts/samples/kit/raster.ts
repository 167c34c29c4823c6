/** A float picture: linear-light RGB, rows from the top, three numbers a pixel. */
import type { Colour } from './colour.ts'

export interface Raster {
  readonly widthPx: number
  readonly heightPx: number
  readonly data: Float32Array
}

/** One number a pixel: a mask, a height, a distance. */
export interface Field {
  readonly widthPx: number
  readonly heightPx: number
  readonly data: Float32Array
}

export const createRaster = (widthPx: number, heightPx: number): Raster => ({
  widthPx,
  heightPx,
  data: new Float32Array(widthPx * heightPx * 3),
})

export const createField = (widthPx: number, heightPx: number): Field => ({
  widthPx,
  heightPx,
  data: new Float32Array(widthPx * heightPx),
})

/** Calls `shade` for the centre of every pixel; x and y are in units of the picture's height, y down. */
export function shadeRaster(
  widthPx: number,
  heightPx: number,
  shade: (x: number, y: number, index: number) => Colour,
): Raster {
  const raster = createRaster(widthPx, heightPx)
  for (let y = 0, index = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, index++) {
      raster.data.set(shade((x + 0.5) / heightPx, (y + 0.5) / heightPx, index), index * 3)
    }
  }
  return raster
}

/** As `shadeRaster`, one number a pixel. */
export function shadeField(
  widthPx: number,
  heightPx: number,
  shade: (x: number, y: number, index: number) => number,
): Field {
  const field = createField(widthPx, heightPx)
  for (let y = 0, index = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, index++) {
      field.data[index] = shade((x + 0.5) / heightPx, (y + 0.5) / heightPx, index)
    }
  }
  return field
}

/** The colour at a place in pixels (centres at .5), bilinear, the border repeated. */
export function sampleRaster({ widthPx, heightPx, data }: Raster, xPx: number, yPx: number): Colour {
  const x = Math.min(widthPx - 1, Math.max(0, xPx - 0.5))
  const y = Math.min(heightPx - 1, Math.max(0, yPx - 0.5))
  const x0 = Math.floor(x)
  const y0 = Math.floor(y)
  const u = x - x0
  const v = y - y0
  const a = (y0 * widthPx + x0) * 3
  const b = x0 + 1 < widthPx ? a + 3 : a
  const down = y0 + 1 < heightPx ? widthPx * 3 : 0
  const w00 = (1 - u) * (1 - v)
  const w10 = u * (1 - v)
  const w01 = (1 - u) * v
  const w11 = u * v
  const c = a + down
  const d = b + down
  return [
    w00 * data[a]! + w10 * data[b]! + w01 * data[c]! + w11 * data[d]!,
    w00 * data[a + 1]! + w10 * data[b + 1]! + w01 * data[c + 1]! + w11 * data[d + 1]!,
    w00 * data[a + 2]! + w10 * data[b + 2]! + w01 * data[c + 2]! + w11 * data[d + 2]!,
  ]
}

/** The number at a place in pixels (centres at .5), bilinear, the border repeated. */
export function sampleField({ widthPx, heightPx, data }: Field, xPx: number, yPx: number): number {
  const x = Math.min(widthPx - 1, Math.max(0, xPx - 0.5))
  const y = Math.min(heightPx - 1, Math.max(0, yPx - 0.5))
  const x0 = Math.floor(x)
  const y0 = Math.floor(y)
  const u = x - x0
  const v = y - y0
  const a = y0 * widthPx + x0
  const right = x0 + 1 < widthPx ? 1 : 0
  const down = y0 + 1 < heightPx ? widthPx : 0
  const top = data[a]! + u * (data[a + right]! - data[a]!)
  const bottom = data[a + down]! + u * (data[a + down + right]! - data[a + down]!)
  return top + v * (bottom - top)
}

/** Averages blocks of `factor`² pixels: the last step of a supersampled render. */
export function shrinkRaster(source: Raster, factor: number): Raster {
  const result = createRaster(Math.floor(source.widthPx / factor), Math.floor(source.heightPx / factor))
  const share = 1 / (factor * factor)
  for (let y = 0; y < result.heightPx * factor; y++) {
    const to = Math.floor(y / factor) * result.widthPx
    for (let x = 0; x < result.widthPx * factor; x++) {
      const from = (y * source.widthPx + x) * 3
      const at = (to + Math.floor(x / factor)) * 3
      for (let c = 0; c < 3; c++) result.data[at + c]! += source.data[from + c]! * share
    }
  }
  return result
}
