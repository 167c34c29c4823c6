import type { PictureEdit } from '../../../shared/contract/job.ts'

/** The part of a picture that is kept, in fractions of the turned picture. */
export interface Crop {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Which sides of the rectangle a handle moves: -1 left or top, 1 right or bottom, 0 neither. */
export interface Handle {
  readonly name: string
  readonly x: -1 | 0 | 1
  readonly y: -1 | 0 | 1
}

export const handles: readonly Handle[] = [
  { name: 'top left', x: -1, y: -1 },
  { name: 'top', x: 0, y: -1 },
  { name: 'top right', x: 1, y: -1 },
  { name: 'right', x: 1, y: 0 },
  { name: 'bottom right', x: 1, y: 1 },
  { name: 'bottom', x: 0, y: 1 },
  { name: 'bottom left', x: -1, y: 1 },
  { name: 'left', x: -1, y: 0 },
]

export const wholePicture: Crop = { left: 0, top: 0, width: 1, height: 1 }
export const leastSide = 0.05

export function movedCrop(crop: Crop, dx: number, dy: number): Crop {
  return {
    ...crop,
    left: within(crop.left + dx, 0, 1 - crop.width),
    top: within(crop.top + dy, 0, 1 - crop.height),
  }
}

export function resizedCrop(crop: Crop, handle: Handle, dx: number, dy: number): Crop {
  const [left, width] = resized(crop.left, crop.width, handle.x, dx)
  const [top, height] = resized(crop.top, crop.height, handle.y, dy)
  return { left, top, width, height }
}

/** One side, its start and its length, with its near (-1) or far (1) end moved. */
function resized(start: number, length: number, end: -1 | 0 | 1, by: number): [number, number] {
  if (end === 0) return [start, length]
  if (end === 1) return [start, within(length + by, leastSide, 1 - start)]
  const moved = within(start + by, 0, start + length - leastSide)
  return [moved, start + length - moved]
}

/** A quarter turn, clockwise or back; the same part of the picture is kept. */
export function turned(edit: PictureEdit, by: -1 | 1): PictureEdit {
  const quarterTurns = (edit.quarterTurns + by + 4) % 4
  if (edit.crop === null) return { quarterTurns, crop: null }
  const { left, top, width, height } = edit.crop
  const crop =
    by === 1
      ? { left: 1 - top - height, top: left, width: height, height: width }
      : { left: top, top: 1 - left - width, width: height, height: width }
  return { quarterTurns, crop: rounded(crop) }
}

/** As it is kept: null for the whole picture, and no more digits than a picture has pixels. */
export function toEdit(quarterTurns: number, crop: Crop): PictureEdit {
  const isWhole = crop.width > 0.995 && crop.height > 0.995
  return { quarterTurns, crop: isWhole ? null : rounded(crop) }
}

/** Size of a picture after its edit. */
export function editedSize(
  size: { readonly widthPx: number; readonly heightPx: number },
  { quarterTurns, crop }: PictureEdit,
): { widthPx: number; heightPx: number } {
  const lies = quarterTurns % 2 === 1
  const { width, height } = crop ?? wholePicture
  return {
    widthPx: Math.max(1, Math.round((lies ? size.heightPx : size.widthPx) * width)),
    heightPx: Math.max(1, Math.round((lies ? size.widthPx : size.heightPx) * height)),
  }
}

export function isEdited({ quarterTurns, crop }: PictureEdit): boolean {
  return quarterTurns !== 0 || crop !== null
}

function rounded({ left, top, width, height }: Crop): Crop {
  const round = (value: number): number => Math.round(value * 1e4) / 1e4
  const [x, y] = [round(within(left, 0, 1)), round(within(top, 0, 1))]
  return {
    left: x,
    top: y,
    width: round(Math.min(width, 1 - x)),
    height: round(Math.min(height, 1 - y)),
  }
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
