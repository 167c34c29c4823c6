import type { Picture } from './picture.ts'
import type { Size } from '../tensor/size.ts'
import { minCover } from './shrink.ts'

/** From this opacity on a pixel's colour is its own; below, the colours around it count more and more. */
const ownFrom = 1 / 16

interface Level extends Size {
  /** Colours times weight, planar [3, H, W], and the weights [H, W]. */
  readonly colours: Float32Array
  readonly weights: Float32Array
}

/** True if anything of a picture can be seen: some pixel is more opaque than four steps of 255. */
export const isVisible = ({ alpha }: Pick<Picture, 'alpha'>): boolean =>
  alpha === null || alpha.some((value) => value > 4 / 255)

/**
 * Colours that nobody sees, replaced by those around them: a network must not see what people do not. Weighted means over ever larger
 * squares carry visible colours into the holes ("pull-push", Gortler et al. 1996, "The Lumigraph", section 3.4); what was stored
 * under full transparency has no influence at all.
 */
export function fillHidden(picture: Picture): Picture {
  const { alpha, rgb, widthPx, heightPx } = picture
  if (alpha === null || alpha.every((value) => value >= ownFrom)) return picture
  const weights = alpha.map((value) => (value >= ownFrom ? 1 : value < minCover ? 0 : value / ownFrom))
  const pixels = weights.length
  const colours = rgb.map((value, i) => (weights[i % pixels]! > 0 ? value * weights[i % pixels]! : 0))
  const levels: Level[] = [{ widthPx, heightPx, colours, weights }]
  for (let level = levels[0]!; level.widthPx > 1 || level.heightPx > 1; levels.push(level))
    level = pull(level)
  const whole = levels.at(-1)!
  let filled = whole.colours.map((value) => value / Math.max(whole.weights[0]!, 1e-9))
  let size: Size = whole
  for (const level of levels.slice(0, -1).reverse()) {
    filled = push(level, filled, size)
    size = level
  }
  return { ...picture, rgb: filled }
}

/** Half as large: sums over squares of four, cut off where they weigh as much as one whole pixel. */
function pull({ widthPx, heightPx, colours, weights }: Level): Level {
  const [width, height] = [Math.ceil(widthPx / 2), Math.ceil(heightPx / 2)]
  const summed = new Float32Array(3 * width * height)
  const total = new Float32Array(width * height)
  const [from, to] = [widthPx * heightPx, width * height]
  for (let y = 0, i = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, i++) {
      const at = (y >> 1) * width + (x >> 1)
      total[at]! += weights[i]!
      for (let c = 0; c < 3; c++) summed[c * to + at]! += colours[c * from + i]!
    }
  }
  for (let at = 0; at < to; at++) {
    const excess = total[at]! > 1 ? 1 / total[at]! : 1
    total[at]! *= excess
    for (let c = 0; c < 3; c++) summed[c * to + at]! *= excess
  }
  return { widthPx: width, heightPx: height, colours: summed, weights: total }
}

/** Position of a row or column of the finer level between two of the coarser one. */
function neighbours(fine: number, count: number): { below: number; above: number; share: number } {
  const position = Math.min(count - 1, Math.max(0, (fine + 0.5) / 2 - 0.5))
  const below = Math.floor(position)
  return { below, above: Math.min(count - 1, below + 1), share: position - below }
}

/** A level's own colours, and as much of the coarser ones, bilinear, as its weights leave open. */
function push(
  { widthPx, heightPx, colours, weights }: Level,
  coarse: Float32Array,
  size: Size,
): Float32Array<ArrayBuffer> {
  const [pixels, coarsePixels] = [widthPx * heightPx, size.widthPx * size.heightPx]
  const out = new Float32Array(colours)
  for (let y = 0, i = 0; y < heightPx; y++) {
    const rows = neighbours(y, size.heightPx)
    for (let x = 0; x < widthPx; x++, i++) {
      if (weights[i]! >= 1) continue
      const columns = neighbours(x, size.widthPx)
      for (let c = 0; c < 3; c++) {
        const at = (row: number, column: number): number =>
          coarse[c * coarsePixels + row * size.widthPx + column]!
        const [top, bottom] = [rows.below, rows.above].map(
          (row) => at(row, columns.below) * (1 - columns.share) + at(row, columns.above) * columns.share,
        )
        out[c * pixels + i]! += (1 - weights[i]!) * (top! * (1 - rows.share) + bottom! * rows.share)
      }
    }
  }
  return out
}
