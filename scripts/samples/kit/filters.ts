/** Blurs and the finish of a picture: glow, lens, film. */
import type { Random } from './random.ts'
import type { Field, Raster } from './raster.ts'
import { clamp, luminance, mix, smoothstep } from './colour.ts'

/** Three box passes come close to a Gaussian (Wells 1986); the cost does not depend on the radius. Border repeated. */
function blurPlane(
  data: Float32Array,
  widthPx: number,
  heightPx: number,
  stride: number,
  offset: number,
  sigmaPx: number,
): void {
  const radius = Math.max(1, Math.round(Math.sqrt(4 * sigmaPx * sigmaPx + 1) / 2 - 0.5))
  const line = new Float32Array(Math.max(widthPx, heightPx))
  const pass = (start: number, step: number, count: number): void => {
    const at = (i: number): number => data[start + Math.min(count - 1, Math.max(0, i)) * step]!
    let sum = 0
    for (let i = -radius; i <= radius; i++) sum += at(i)
    for (let i = 0; i < count; i++) {
      line[i] = sum / (2 * radius + 1)
      sum += at(i + radius + 1) - at(i - radius)
    }
    for (let i = 0; i < count; i++) data[start + i * step] = line[i]!
  }
  for (let round = 0; round < 3; round++) {
    for (let y = 0; y < heightPx; y++) pass(y * widthPx * stride + offset, stride, widthPx)
    for (let x = 0; x < widthPx; x++) pass(x * stride + offset, widthPx * stride, heightPx)
  }
}

/** A blurred copy; below about half a pixel the picture comes back as it is. */
export function blurRaster(source: Raster, sigmaPx: number): Raster {
  const result = { ...source, data: source.data.slice() }
  if (sigmaPx < 0.4) return result
  for (let c = 0; c < 3; c++) blurPlane(result.data, source.widthPx, source.heightPx, 3, c, sigmaPx)
  return result
}

/** A blurred copy; below about half a pixel the field comes back as it is. */
export function blurField(source: Field, sigmaPx: number): Field {
  const result = { ...source, data: source.data.slice() }
  if (sigmaPx >= 0.4) blurPlane(result.data, source.widthPx, source.heightPx, 1, 0, sigmaPx)
  return result
}

/** Adds light that bleeds from what is brighter than `threshold`, at three radii as a lens does. */
export function addBloom(raster: Raster, amount: number, threshold: number, radiusPx: number): void {
  const bright = { ...raster, data: raster.data.map((value) => Math.max(0, value - threshold)) }
  for (const [radius, share] of [
    [1, 0.5],
    [3, 0.3],
    [8, 0.2],
  ] as const) {
    const glow = blurRaster(bright, radiusPx * radius)
    for (let i = 0; i < raster.data.length; i++) raster.data[i]! += glow.data[i]! * amount * share
  }
}

/** Makes edges crisper: adds what a blur takes away. */
export function sharpen(raster: Raster, amount: number, sigmaPx: number): void {
  const soft = blurRaster(raster, sigmaPx)
  for (let i = 0; i < raster.data.length; i++) {
    raster.data[i] = Math.max(0, raster.data[i]! + (raster.data[i]! - soft.data[i]!) * amount)
  }
}

/** Darkens the corners: `amount` is the share of light lost in the very corner. */
export function addVignette({ widthPx, heightPx, data }: Raster, amount: number): void {
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const u = ((x + 0.5) / widthPx) * 2 - 1
      const v = ((y + 0.5) / heightPx) * 2 - 1
      const factor = 1 - amount * smoothstep(0.35, 2, u * u + v * v)
      for (let c = 0; c < 3; c++) data[(y * widthPx + x) * 3 + c]! *= factor
    }
  }
}

/** Film grain: mostly brightness, a little colour, strongest in the middle tones, softened to the size of a grain. */
export function addGrain(raster: Raster, random: Random, amount: number, sizePx: number): void {
  const { widthPx, heightPx, data } = raster
  const grain = blurRaster({ widthPx, heightPx, data: data.map(() => random.normal()) }, sizePx)
  let square = 0
  for (const value of grain.data) square += value * value
  const norm = amount / Math.sqrt(square / grain.data.length)
  for (let i = 0; i < data.length; i += 3) {
    const light = clamp(luminance([data[i]!, data[i + 1]!, data[i + 2]!]))
    const strength = norm * (0.25 + Math.sqrt(light)) * Math.sqrt(light + 0.003)
    const common = (grain.data[i]! + grain.data[i + 1]! + grain.data[i + 2]!) / 3
    for (let c = 0; c < 3; c++) {
      data[i + c] = Math.max(0, data[i + c]! + strength * mix(common * 1.5, grain.data[i + c]!, 0.25))
    }
  }
}

/** Scene light to display light with a film-like shoulder and toe (Narkowicz's fit of the ACES curve, 2015). */
export function toneMap(raster: Raster, exposure: number): void {
  const { data } = raster
  for (let i = 0; i < data.length; i++) {
    const x = Math.max(0, data[i]! * exposure)
    data[i] = clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14))
  }
}
