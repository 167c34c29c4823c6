import type { Picture } from './picture.ts'
import { clampUnit } from '../tensor/planes.ts'
import type { Size } from '../tensor/size.ts'
import { readPlanarRow, toPlanes } from './planes.ts'
import type { Interleaved } from './planes.ts'
import { fitLongSide, resizeRows } from './resize.ts'

type Channels = Pick<Picture, 'rgb' | 'alpha'>

function splitAlpha(planes: Float32Array, channels: 3 | 4): Channels {
  if (channels === 3) return { rgb: planes, alpha: null }
  const pixels = planes.length / 4
  return { rgb: planes.slice(0, 3 * pixels), alpha: planes.slice(3 * pixels) }
}

/** Below this share the colours of a pixel cannot be told from its premultiplied ones. */
export const minCover = 1 / 1024

/**
 * Shrinks colours weighted by their alpha, so that hidden colours do not bleed into visible ones (Porter & Duff
 * 1984). Where nothing is visible the hidden colours are shrunk among themselves.
 */
function shrinkUnderAlpha(picture: Interleaved, to: Size): Channels {
  const { widthPx } = picture
  const readRow = (y: number, row: Float32Array): void => {
    readPlanarRow(picture, y, row)
    for (let c = 0; c < 3; c++) {
      for (let x = 0; x < widthPx; x++)
        row[(4 + c) * widthPx + x] = row[c * widthPx + x]! * row[3 * widthPx + x]!
    }
  }
  const planes = resizeRows(readRow, 7, picture, to, 'lanczos3')
  const pixels = to.widthPx * to.heightPx
  const rgb = planes.slice(0, 3 * pixels)
  const alpha = planes.slice(3 * pixels, 4 * pixels)
  for (let i = 0; i < 3 * pixels; i++) {
    const cover = alpha[i % pixels]!
    if (cover >= minCover) rgb[i] = planes[4 * pixels + i]! / cover
  }
  return { rgb: clampUnit(rgb), alpha: clampUnit(alpha) }
}

function shrink(picture: Interleaved, to: Size): Channels {
  if (picture.channels === 4) return shrinkUnderAlpha(picture, to)
  const readRow = (y: number, row: Float32Array): void => readPlanarRow(picture, y, row)
  return { rgb: clampUnit(resizeRows(readRow, 3, picture, to, 'lanczos3')), alpha: null }
}

/**
 * Pixels as planes in [0,1], shrunk to a long side of `maxSidePx` (Lanczos 3, antialiased, in float) where it is longer.
 * The source is read row by row and never exists as floats as a whole.
 */
export function shrinkToPlanes(picture: Interleaved, maxSidePx: number): Channels & Size {
  const to = fitLongSide(picture, maxSidePx)
  const same = to.widthPx === picture.widthPx && to.heightPx === picture.heightPx
  return { ...to, ...(same ? splitAlpha(toPlanes(picture), picture.channels) : shrink(picture, to)) }
}
