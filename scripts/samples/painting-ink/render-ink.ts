/** Mountains and water in ink on paper: washes into mist, dry strokes, a red seal. */
import { clamp, hex, mix, mixColour, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { blurField } from '../kit/filters.ts'
import { createNoise } from '../kit/noise.ts'
import { createField, shadeRaster } from '../kit/raster.ts'
import type { Raster } from '../kit/raster.ts'
import { drawFigures } from './figures.ts'
import { mountainInk, waterInk } from './washes.ts'

/** Width over height. */
export const aspect = 0.75

const noise = createNoise(10001)
const inkTint: Colour = [1, 0.985, 0.93]
const indigoTint: Colour = [1.25, 0.72, 0.34]
const ochreTint: Colour = [0.22, 0.62, 1.25]

/** Absorbent paper, aged: warm, clouded, with fibres. */
function paperAt(x: number, y: number): Colour {
  const age = noise.fbm(x * 2.2, y * 2.2, 4)
  const fibre = Math.pow(1 - Math.abs(noise.fbm(x * 44 + 3 * noise.at(x * 5, y * 5), y * 30, 3)), 10)
  const tooth = noise.fbm(x * 230, y * 230, 2, 0.7)
  const border = Math.min(x, aspect - x, y, 1 - y)
  const base = mixColour(
    hex('#f1e8d3'),
    hex('#dcc9a3'),
    clamp(0.25 + 0.3 * age + 0.35 * smoothstep(0.12, 0, border)),
  )
  const light = mixColour(base, hex('#c9b58c'), 0.2 * fibre)
  const tone = 1 + 0.03 * tooth
  return [light[0] * tone, light[1] * tone, light[2] * tone]
}

/** Cover of the seal's red at a place: a cut square with a frame and plain marks, worn at the edges. */
function sealAt(x: number, y: number): number {
  const u = (x - 0.655) / 0.043
  const v = (y - 0.068) / 0.052
  const worn = 0.035 * noise.fbm(x * 190, y * 190, 3)
  if (u < worn || u > 1 + worn || v < worn || v > 1 + worn) return 0
  const frame = u < 0.1 + worn || u > 0.9 || v < 0.08 + worn || v > 0.92
  const bar = (a: number, b: number, c: number, d: number): boolean =>
    u > a + worn && u < b && v > c + worn && v < d
  const marks =
    bar(0.18, 0.46, 0.16, 0.24) ||
    bar(0.28, 0.36, 0.16, 0.48) ||
    bar(0.18, 0.46, 0.4, 0.48) ||
    bar(0.18, 0.25, 0.58, 0.84) ||
    bar(0.39, 0.46, 0.58, 0.84) ||
    bar(0.18, 0.46, 0.68, 0.75) ||
    bar(0.56, 0.63, 0.16, 0.84) ||
    bar(0.75, 0.82, 0.16, 0.84) ||
    bar(0.56, 0.82, 0.28, 0.35) ||
    bar(0.56, 0.82, 0.6, 0.67)
  const pressed = smoothstep(-0.5, 0.2, noise.fbm(x * 120, y * 120, 3))
  return (frame || marks ? 1 : 0.06) * (0.72 + 0.28 * pressed)
}

/** @param longSidePx - height of the picture; its width is three quarters of it. */
export function renderInk(longSidePx: number): Raster {
  const heightPx = longSidePx
  const widthPx = Math.round(longSidePx * aspect)
  const drawn = createField(widthPx, heightPx)
  drawFigures(drawn)
  // Ink creeps into absorbent paper: a faint halo around every stroke.
  const crept = blurField(drawn, longSidePx / 420)
  return shadeRaster(widthPx, heightPx, (x, y, index) => {
    const ink = mountainInk(x, y, 1 / heightPx)
    const tooth = 1 + 0.16 * noise.fbm(x * 210, y * 210, 2)
    const strokes = drawn.data[index]! * 0.93 + 0.22 * crept.data[index]!
    const black = (Math.max(ink.black, 0) * mix(1, 0.55, clamp(strokes)) + strokes + waterInk(x, y)) * tooth
    const paper = paperAt(x, y)
    const through = (c: 0 | 1 | 2): number =>
      paper[c] *
      Math.exp(-1.75 * (black * inkTint[c] + ink.indigo * indigoTint[c] + ink.ochre * ochreTint[c]))
    const painted: Colour = [through(0) + 0.004, through(1) + 0.004, through(2) + 0.005]
    return mixColour(painted, hex('#b8321f'), 0.9 * sealAt(x, y))
  })
}
