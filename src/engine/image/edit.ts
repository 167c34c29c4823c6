import type { PictureEdit } from '../../shared/contract/engine.ts'
import type { Size } from './picture.ts'
import type { Interleaved } from './planes.ts'

export interface Box extends Size {
  readonly left: number
  readonly top: number
}

export const isUnedited = ({ quarterTurns, crop }: PictureEdit): boolean =>
  quarterTurns === 0 && crop === null

/** Width and height after the turns. */
export function turnedSize({ widthPx, heightPx }: Size, { quarterTurns }: PictureEdit): Size {
  return quarterTurns % 2 === 0 ? { widthPx, heightPx } : { widthPx: heightPx, heightPx: widthPx }
}

/** The part of a turned picture that an edit keeps, in whole pixels: at least one each way. */
export function cropBox(turned: Size, { crop }: PictureEdit): Box {
  if (crop === null) return { left: 0, top: 0, widthPx: turned.widthPx, heightPx: turned.heightPx }
  const across = span(crop.left, crop.width, turned.widthPx)
  const down = span(crop.top, crop.height, turned.heightPx)
  return { left: across.start, top: down.start, widthPx: across.length, heightPx: down.length }
}

function span(from: number, share: number, px: number): { start: number; length: number } {
  const start = Math.min(px - 1, Math.round(from * px))
  return { start, length: Math.max(1, Math.min(px, Math.round((from + share) * px)) - start) }
}

/** Turns a picture clockwise and keeps a part of it. */
export function applyEdit(picture: Interleaved, edit: PictureEdit): Interleaved {
  if (isUnedited(edit)) return picture
  const { channels, values } = picture
  const box = cropBox(turnedSize(picture, edit), edit)
  const { widthPx, heightPx } = box
  const edited =
    values instanceof Uint16Array
      ? new Uint16Array(widthPx * heightPx * channels)
      : new Uint8Array(widthPx * heightPx * channels)
  const sourceAt = reader(picture, edit)
  for (let y = 0, to = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, to += channels) {
      const from = sourceAt(box.left + x, box.top + y) * channels
      for (let c = 0; c < channels; c++) edited[to + c] = values[from + c]!
    }
  }
  return { ...picture, widthPx, heightPx, values: edited }
}

/** Which pixel of the picture comes to stand at (x, y) of the turned one. */
function reader(
  { widthPx, heightPx }: Size,
  { quarterTurns }: PictureEdit,
): (x: number, y: number) => number {
  switch (quarterTurns) {
    case 1:
      return (x, y) => (heightPx - 1 - x) * widthPx + y
    case 2:
      return (x, y) => (heightPx - 1 - y) * widthPx + widthPx - 1 - x
    case 3:
      return (x, y) => x * widthPx + widthPx - 1 - y
    default:
      return (x, y) => y * widthPx + x
  }
}
