import type { PictureEdit } from '../../shared/contract/job.ts'
import type { Size } from '../tensor/size.ts'
import type { Interleaved } from './planes.ts'

export interface Box extends Size {
  readonly left: number
  readonly top: number
}

/** How stored pixels are to be seen: mirrored left to right first, then turned clockwise. */
export interface Turn {
  readonly isMirrored: boolean
  readonly quarterTurns: number
}

/** Exif 2.32, 4.6.4, tag 274, by its values 1 to 8. */
const orientations: readonly Turn[] = [
  { isMirrored: false, quarterTurns: 0 },
  { isMirrored: true, quarterTurns: 0 },
  { isMirrored: false, quarterTurns: 2 },
  { isMirrored: true, quarterTurns: 2 },
  { isMirrored: true, quarterTurns: 3 },
  { isMirrored: false, quarterTurns: 1 },
  { isMirrored: true, quarterTurns: 1 },
  { isMirrored: false, quarterTurns: 3 },
]

/** The turn that sets a picture upright, and the user's own on top of it. */
export function turnOf(orientation: number | undefined, edit?: PictureEdit): Turn {
  const upright = orientations[(orientation ?? 1) - 1] ?? orientations[0]!
  return { ...upright, quarterTurns: (upright.quarterTurns + (edit?.quarterTurns ?? 0)) % 4 }
}

/** Width and height after the turns. */
export function turnedSize({ widthPx, heightPx }: Size, { quarterTurns }: Pick<Turn, 'quarterTurns'>): Size {
  return quarterTurns % 2 === 0 ? { widthPx, heightPx } : { widthPx: heightPx, heightPx: widthPx }
}

/** The part of a turned picture that an edit keeps, in whole pixels: at least one each way. */
export function cropBox(turned: Size, crop: PictureEdit['crop']): Box {
  if (crop === null) return { left: 0, top: 0, widthPx: turned.widthPx, heightPx: turned.heightPx }
  const across = span(crop.left, crop.width, turned.widthPx)
  const down = span(crop.top, crop.height, turned.heightPx)
  return { left: across.start, top: down.start, widthPx: across.length, heightPx: down.length }
}

function span(from: number, share: number, px: number): { start: number; length: number } {
  const start = Math.min(px - 1, Math.round(from * px))
  return { start, length: Math.max(1, Math.min(px, Math.round((from + share) * px)) - start) }
}

/** Stored region of a part of the rotated picture. */
export function storedBox(stored: Size, { quarterTurns, isMirrored }: Turn, seen: Box): Box {
  const { widthPx, heightPx } = turnedSize(seen, { quarterTurns })
  const [right, bottom] = [seen.left + seen.widthPx, seen.top + seen.heightPx]
  const corners: readonly (readonly [left: number, top: number])[] = [
    [seen.left, seen.top],
    [seen.top, stored.heightPx - right],
    [stored.widthPx - right, stored.heightPx - bottom],
    [stored.widthPx - bottom, seen.left],
  ]
  const [left, top] = corners[quarterTurns]!
  return { left: isMirrored ? stored.widthPx - left - widthPx : left, top, widthPx, heightPx }
}

/** Stored pixels as they are to be seen. */
export function turnPixels(picture: Interleaved, turn: Turn): Interleaved {
  if (turn.quarterTurns === 0 && !turn.isMirrored) return picture
  const { channels, values } = picture
  const { widthPx, heightPx } = turnedSize(picture, turn)
  const turned =
    values instanceof Uint16Array ? new Uint16Array(values.length) : new Uint8Array(values.length)
  const { start, across, down } = walk(picture, turn)
  for (let y = 0, to = 0; y < heightPx; y++) {
    let from = (start + y * down) * channels
    for (let x = 0; x < widthPx; x++, to += channels, from += across * channels)
      for (let c = 0; c < channels; c++) turned[to + c] = values[from + c]!
  }
  return { widthPx, heightPx, channels, values: turned }
}

/** Which stored pixel comes first, and how far the next one lies when going right and down in the turned picture. */
function walk(
  { widthPx, heightPx }: Size,
  { quarterTurns, isMirrored }: Turn,
): { start: number; across: number; down: number } {
  const column = isMirrored ? -1 : 1
  const [first, last] = isMirrored ? [widthPx - 1, 0] : [0, widthPx - 1]
  const bottom = (heightPx - 1) * widthPx
  switch (quarterTurns) {
    case 1:
      return { start: bottom + first, across: -widthPx, down: column }
    case 2:
      return { start: bottom + last, across: -column, down: -widthPx }
    case 3:
      return { start: last, across: widthPx, down: -column }
    default:
      return { start: first, across: column, down: widthPx }
  }
}
