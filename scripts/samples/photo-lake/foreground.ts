/** The near bank: a grassy knoll with pines at the left, boulders in the shallows. Drawn in the plane of the picture. */
import { clamp, mixColour, scaleColour, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createSheet, drawLine, layOver } from '../kit/lines.ts'
import type { Sheet } from '../kit/lines.ts'
import { createNoise } from '../kit/noise.ts'
import { createRandom } from '../kit/random.ts'
import type { Raster } from '../kit/raster.ts'
import { drawPine } from './pine.ts'

const noise = createNoise(4601)

/** Upper edge of the knoll, in picture heights from the top, for x in picture heights from the left. */
function knollTop(x: number): number {
  const slope = 0.86 + 0.34 * Math.pow(Math.max(0, x - 0.02), 1.3) + 0.2 * smoothstep(0.3, 0.62, x)
  return slope + 0.02 * noise.fbm(x * 7, 0.5, 4)
}

function drawKnoll(sheet: Sheet): void {
  const { widthPx, heightPx } = sheet
  for (let column = 0; column < widthPx; column++) {
    const x = (column + 0.5) / heightPx
    const top = knollTop(x)
    for (let row = Math.max(0, Math.floor(top * heightPx)); row < heightPx; row++) {
      const y = (row + 0.5) / heightPx
      const depth = y - top
      const tufts = noise.fbm(x * 34, y * 60, 4, 0.6)
      const light = clamp(0.3 + 0.5 * tufts - depth * 2.5)
      const colour = mixColour([0.008, 0.011, 0.009], [0.13, 0.085, 0.032], light * light)
      layOver(sheet, row * widthPx + column, colour, 1)
    }
  }
}

function drawGrass(sheet: Sheet): void {
  const random = createRandom(4602)
  const { heightPx } = sheet
  for (let i = 0; i < 5200; i++) {
    const x = random.range(-0.02, 0.62)
    const y = knollTop(x) + Math.pow(random.next(), 1.6) * 0.16
    const size = random.range(0.006, 0.02) * (0.7 + 2.2 * (y - 0.8))
    const lean = random.range(-0.5, 0.7)
    const light = clamp(random.range(0, 0.9) - (y - knollTop(x)) * 3)
    const colour = mixColour([0.009, 0.013, 0.008], [0.4, 0.25, 0.08], light * light * light)
    const line = {
      x0: x * heightPx,
      y0: y * heightPx,
      x1: (x + lean * size) * heightPx,
      y1: (y - size) * heightPx,
    }
    drawLine(sheet, { ...line, r0: heightPx / 1500, r1: heightPx / 4500 }, colour, 0.9)
  }
}

interface Boulder {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const boulders: readonly Boulder[] = [
  { x: 0.735, y: 0.925, width: 0.05, height: 0.034 },
  { x: 0.665, y: 0.948, width: 0.03, height: 0.018 },
  { x: 0.84, y: 0.962, width: 0.036, height: 0.018 },
  { x: 1.235, y: 0.905, width: 0.034, height: 0.018 },
  { x: 1.305, y: 0.915, width: 0.06, height: 0.044 },
  { x: 1.4, y: 0.93, width: 0.045, height: 0.016 },
]

/** A rounded stone above its own dark reflection. */
function drawBoulder(sheet: Sheet, boulder: Boulder): void {
  const { widthPx, heightPx } = sheet
  const rows = Math.ceil(boulder.height * 1.4 * heightPx)
  const middle = Math.round(boulder.y * heightPx)
  for (let row = middle - rows; row <= Math.min(heightPx - 1, middle + rows); row++) {
    for (let column = Math.floor((boulder.x - boulder.width * 1.2) * heightPx); column < widthPx; column++) {
      const u = ((column + 0.5) / heightPx - boulder.x) / boulder.width
      if (u > 1.2) break
      const v = (boulder.y - (row + 0.5) / heightPx) / boulder.height
      const below = v < 0
      const wave = below ? 0.1 * noise.fbm(column * 0.02, (row * 260) / heightPx, 2) : 0
      const shape = 0.42 * noise.fbm(u * 2.6 + boulder.x * 40, Math.abs(v) * 2, 4)
      const inside = 1 - Math.pow(Math.abs(u + wave), 2.4) - Math.pow(Math.abs(v), 1.7) + shape
      const cover = clamp(inside * 12)
      if (cover <= 0) continue
      const bump = noise.fbm(u * 5 + boulder.x * 90, v * 5, 5, 0.65)
      const light = clamp(0.3 + 0.45 * u + 0.4 * v + 0.3 * bump)
      const stone = mixColour([0.02, 0.022, 0.028], [0.5, 0.33, 0.24], light * light)
      const wet = smoothstep(0.02, 0.2, v)
      const colour: Colour = below ? scaleColour(stone, 0.35) : scaleColour(stone, 0.35 + 0.65 * wet)
      layOver(sheet, row * widthPx + column, colour, below ? cover * 0.75 : cover)
    }
  }
}

/** Draws the bank over a finished view of lake and mountains, in place. */
export function drawForeground(picture: Raster): void {
  const { widthPx, heightPx } = picture
  const sheet = createSheet(widthPx, heightPx)
  for (const boulder of boulders) drawBoulder(sheet, boulder)
  const pine = (x: number, base: number, tall: number, seed: number): void => {
    drawPine(sheet, { xPx: x * heightPx, basePx: base * heightPx, tallPx: tall * heightPx, seed })
  }
  pine(0.335, 0.955, 0.36, 11)
  drawKnoll(sheet)
  pine(0.245, 0.93, 0.62, 12)
  pine(0.02, 0.92, 0.7, 15)
  pine(0.105, 0.95, 0.86, 13)
  pine(0.43, 1.0, 0.2, 14)
  drawGrass(sheet)
  for (let i = 0; i < widthPx * heightPx; i++) {
    const cover = sheet.data[i * 4 + 3]!
    for (let c = 0; c < 3; c++) {
      picture.data[i * 3 + c] = picture.data[i * 3 + c]! * (1 - cover) + sheet.data[i * 4 + c]! * cover
    }
  }
}
