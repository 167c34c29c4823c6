/** Exact Euclidean distances to the nearest marked pixel (Felzenszwalb and Huttenlocher, 2012). */
import { createField } from './raster.ts'
import type { Field } from './raster.ts'

const far = 1e12

/** Lower envelope of parabolas over one line of squared distances. */
function transformLine(
  line: Float64Array,
  count: number,
  out: Float64Array,
  hull: Int32Array,
  border: Float64Array,
): void {
  let k = 0
  hull[0] = 0
  border[0] = -Infinity
  border[1] = Infinity
  for (let q = 1; q < count; q++) {
    let cut: number
    for (;;) {
      const p = hull[k]!
      cut = (line[q]! + q * q - line[p]! - p * p) / (2 * (q - p))
      if (cut > border[k]! || k === 0) break
      k--
    }
    if (cut <= border[k]!) cut = border[k]! + 1e-9
    k++
    hull[k] = q
    border[k] = cut
    border[k + 1] = Infinity
  }
  k = 0
  for (let q = 0; q < count; q++) {
    while (border[k + 1]! < q) k++
    const gap = q - hull[k]!
    out[q] = gap * gap + line[hull[k]!]!
  }
}

/** @param marked - one number a pixel, 0 where it is not marked. @returns distances in pixels. */
export function distanceTo(marked: Uint8Array, widthPx: number, heightPx: number): Field {
  const field = createField(widthPx, heightPx)
  const longest = Math.max(widthPx, heightPx)
  const line = new Float64Array(longest)
  const out = new Float64Array(longest)
  const hull = new Int32Array(longest + 1)
  const border = new Float64Array(longest + 2)
  const squared = Float64Array.from(marked, (mark) => (mark === 0 ? far : 0))
  for (let x = 0; x < widthPx; x++) {
    for (let y = 0; y < heightPx; y++) line[y] = squared[y * widthPx + x]!
    transformLine(line, heightPx, out, hull, border)
    for (let y = 0; y < heightPx; y++) squared[y * widthPx + x] = out[y]!
  }
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) line[x] = squared[y * widthPx + x]!
    transformLine(line, widthPx, out, hull, border)
    for (let x = 0; x < widthPx; x++) field.data[y * widthPx + x] = Math.sqrt(out[x]!)
  }
  return field
}

/** Marks every pixel whose right or lower neighbour carries another label. */
export function markBorders(labels: Int32Array, widthPx: number, heightPx: number): Uint8Array {
  const marked = new Uint8Array(labels.length)
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const at = y * widthPx + x
      const label = labels[at]!
      if (x + 1 < widthPx && labels[at + 1] !== label) marked[at] = 1
      if (y + 1 < heightPx && labels[at + widthPx] !== label) marked[at] = 1
    }
  }
  return marked
}
