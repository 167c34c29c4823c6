import type { Viewport } from '../../state/canvas.svelte.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box extends Size {
  readonly left: number
  readonly top: number
}

const largestScale = 32
/** As far out as one can go: the picture, this small. */
const leastSide = 48

/** The scale at which the whole picture is seen, as large as the stage allows. */
export function fitScale(stage: Size, picture: Size, margin: number): number {
  const room = { width: stage.width - 2 * margin, height: stage.height - 2 * margin }
  return Math.max(1e-3, Math.min(room.width / picture.width, room.height / picture.height))
}

export function fitted(stage: Size, picture: Size, margin: number): Viewport {
  return { scale: fitScale(stage, picture, margin), x: 0, y: 0 }
}

/** A picture that is smaller than the stage stays in its middle; a larger one leaves no gap at any side. */
export function held({ scale, x, y }: Viewport, stage: Size, picture: Size): Viewport {
  const hold = (offset: number, length: number, room: number): number => {
    const most = Math.max(0, (length * scale - room) / 2)
    return Math.min(most, Math.max(-most, offset)) + 0
  }
  return { scale, x: hold(x, picture.width, stage.width), y: hold(y, picture.height, stage.height) }
}

/**
 * Zooms so that what lies under `at` stays there.
 *
 * @param at from the centre of the stage
 */
export function zoomed(viewport: Viewport, factor: number, at: Point, stage: Size, picture: Size): Viewport {
  const least = Math.min(1, leastSide / Math.max(picture.width, picture.height))
  const scale = Math.min(largestScale, Math.max(least, viewport.scale * factor))
  const ratio = scale / viewport.scale
  const moved = { scale, x: at.x - (at.x - viewport.x) * ratio, y: at.y - (at.y - viewport.y) * ratio }
  return held(moved, stage, picture)
}

export function panned(viewport: Viewport, by: Point, stage: Size, picture: Size): Viewport {
  return held({ ...viewport, x: viewport.x + by.x, y: viewport.y + by.y }, stage, picture)
}

/** Box of the picture, from the top left corner of the stage. */
export function pictureBox({ scale, x, y }: Viewport, stage: Size, picture: Size): Box {
  const [width, height] = [picture.width * scale, picture.height * scale]
  return { left: stage.width / 2 + x - width / 2, top: stage.height / 2 + y - height / 2, width, height }
}

/** The part of the picture's box that is on the stage. */
export function visibleBox(box: Box, stage: Size): Box {
  const left = Math.max(0, box.left)
  const top = Math.max(0, box.top)
  return {
    left,
    top,
    width: Math.max(0, Math.min(stage.width, box.left + box.width) - left),
    height: Math.max(0, Math.min(stage.height, box.top + box.height) - top),
  }
}

/** Position in the whole picture, 0 to 1, of a position in its visible part. */
export function splitInPicture(split: number, box: Box, visible: Box): number {
  return Math.min(1, Math.max(0, (visible.left + split * visible.width - box.left) / box.width))
}

/**
 * The side of the view that has a pixel for each of the screen's, or the largest that tells more.
 *
 * @param sides in ascending order
 * @param ownSide long side of the file, where it is not that of `picture`
 */
export function neededSide<Side extends number>(
  scale: number,
  pixelRatio: number,
  picture: Size,
  sides: readonly [Side, ...Side[]],
  ownSide: number = Math.max(picture.width, picture.height),
): Side {
  const needed = Math.min(ownSide, Math.max(picture.width, picture.height) * scale * pixelRatio)
  return sides.find((side) => side >= needed) ?? sides[sides.length - 1]!
}
