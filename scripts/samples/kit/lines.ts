/** Soft lines and discs drawn straight into a float picture with coverage. */
import type { Colour } from './colour.ts'

/** A picture with coverage: four numbers a pixel, colour not multiplied by coverage. */
export interface Sheet {
  readonly widthPx: number
  readonly heightPx: number
  readonly data: Float32Array
}

export const createSheet = (widthPx: number, heightPx: number): Sheet => ({
  widthPx,
  heightPx,
  data: new Float32Array(widthPx * heightPx * 4),
})

/** Lays a colour over one pixel of a sheet (Porter and Duff's "over"). */
export function layOver({ data }: Sheet, index: number, colour: Colour, cover: number): void {
  const at = index * 4
  const under = data[at + 3]! * (1 - cover)
  const total = cover + under
  if (total <= 0) return
  for (let c = 0; c < 3; c++) data[at + c] = (colour[c]! * cover + data[at + c]! * under) / total
  data[at + 3] = total
}

export interface Line {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  /** Half the thickness at either end, in pixels. */
  readonly r0: number
  readonly r1: number
}

/** Draws a line with round ends and soft edges, its thickness changing evenly along the way. */
export function drawLine(sheet: Sheet, line: Line, colour: Colour, opacity = 1): void {
  const { x0, y0, x1, y1, r0, r1 } = line
  const reach = Math.max(r0, r1) + 1
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach))
  const right = Math.min(sheet.widthPx - 1, Math.ceil(Math.max(x0, x1) + reach))
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach))
  const bottom = Math.min(sheet.heightPx - 1, Math.ceil(Math.max(y0, y1) + reach))
  const dx = x1 - x0
  const dy = y1 - y0
  const square = dx * dx + dy * dy + 1e-9
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - x0
      const py = y + 0.5 - y0
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) / square))
      const distance = Math.hypot(px - along * dx, py - along * dy)
      const radius = r0 + (r1 - r0) * along
      // Thinner than a pixel: keep the width of a pixel and fade instead, so that hairlines do not break up.
      const drawn = Math.max(0.5, radius)
      const cover = Math.min(1, Math.max(0, drawn + 0.5 - distance)) * Math.min(1, radius / drawn) * opacity
      if (cover > 0.003) layOver(sheet, y * sheet.widthPx + x, colour, cover)
    }
  }
}
