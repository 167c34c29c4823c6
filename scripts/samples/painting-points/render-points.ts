/** Pointillism: every colour divided into dots of purer ones that the eye mixes again. */
import { clamp, fromOklab, hex, toOklab } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { sharpen } from '../kit/filters.ts'
import { createPaint, lightPaint, paintTouch } from '../kit/paint.ts'
import type { Paint } from '../kit/paint.ts'
import { createRandom } from '../kit/random.ts'
import type { Random } from '../kit/random.ts'
import { shrinkRaster } from '../kit/raster.ts'
import type { Raster } from '../kit/raster.ts'
import { aspect, colourAt } from './scene.ts'

interface Coat {
  /** Radius of a dot and distance between dots, in picture heights. */
  readonly radius: number
  readonly spacing: number
  /** How far hues are pulled apart, 0 to 1. */
  readonly division: number
}

const coats: readonly Coat[] = [
  { radius: 0.0085, spacing: 0.0085, division: 0.25 },
  { radius: 0.0052, spacing: 0.0062, division: 0.75 },
  { radius: 0.0038, spacing: 0.0047, division: 1 },
  { radius: 0.0029, spacing: 0.0045, division: 0.9 },
]

/**
 * A purer colour near the one that is seen: most often its own hue made stronger, often a neighbour's, now and then the opposite
 * one, warm in the light and blue in the shade (Chevreul's contrast, as Seurat used it). Lightness stays close, so the drawing holds.
 */
function divide(seen: Colour, division: number, random: Random): Colour {
  const [L, a, b] = toOklab(seen)
  let hue = Math.atan2(b, a)
  let chroma = Math.hypot(a, b)
  const chance = random.next()
  const turn = random.normal()
  if (chance < 0.5) hue += 0.22 * turn * division
  else if (chance < 0.78) hue += division * (turn > 0 ? 0.75 : -0.75)
  else if (chance < 0.78 + 0.1 * division) {
    hue += Math.PI + 0.4 * turn
    chroma *= 0.8
  } else {
    // Yellow-orange at 1.25 rad, blue-violet at -1.45 rad.
    hue = L > 0.66 ? 1.25 + 0.25 * turn : -1.45 + 0.3 * turn
    chroma = Math.max(chroma, 0.06)
  }
  const strong = clamp(chroma * (1 + 0.34 * division) + 0.024 * division, 0, 0.21)
  const light = L + 0.045 * division * random.normal()
  const [red, green, blue] = fromOklab([light, strong * Math.cos(hue), strong * Math.sin(hue)])
  return [clamp(red, 0.004, 1), clamp(green, 0.004, 1), clamp(blue, 0.004, 1)]
}

const frameWidth = 0.02

/** The painted frame: dots of the colours opposite to those beside it, mostly deep blue. */
function frameColour(x: number, y: number, random: Random): Colour {
  const inside = colourAt(clamp(x, 0.05, aspect - 0.05), clamp(y, 0.05, 0.95))
  const [L, a, b] = toOklab(inside)
  const chance = random.next()
  if (chance < 0.3)
    return fromOklab([0.38 + 0.25 * (1 - L), -a * 1.2, -b * 1.2]).map((value) =>
      clamp(value),
    ) as unknown as Colour
  if (chance < 0.45) return hex('#c2452f')
  return chance < 0.75 ? hex('#1f2f7a') : hex('#3a2068')
}

function paintCoat(paint: Paint, coat: Coat, random: Random): void {
  const { heightPx } = paint.height
  for (let y = 0; y < 1 + coat.spacing; y += coat.spacing * 0.88) {
    for (let x = 0; x < aspect + coat.spacing; x += coat.spacing) {
      const px = x + random.range(-0.55, 0.55) * coat.spacing
      const py = y + random.range(-0.55, 0.55) * coat.spacing
      const border = Math.min(px, aspect - px, py, 1 - py)
      const colour =
        border < frameWidth ? frameColour(px, py, random) : divide(colourAt(px, py), coat.division, random)
      const radius = coat.radius * random.range(0.72, 1.18) * heightPx
      paintTouch(paint, {
        x: px * heightPx,
        y: py * heightPx,
        longPx: radius * random.range(1, 1.3),
        shortPx: radius * random.range(0.8, 1),
        angleRad: random.range(0, Math.PI),
        colour,
        load: random.range(0.6, 1),
      })
    }
  }
}

/** @param longSidePx - width of the picture. */
export function renderPoints(longSidePx: number): Raster {
  const factor = 2
  const heightPx = Math.round(longSidePx / aspect)
  const random = createRandom(9001)
  const paint = createPaint(longSidePx * factor, heightPx * factor, hex('#efe2c4'))
  for (const coat of coats) paintCoat(paint, coat, random)
  const scale = longSidePx / 1024
  const lit = lightPaint(paint, { depthPx: 2.2 * scale, gloss: 0.12, threadPx: 5 * scale, weave: 0.1 })
  const picture = shrinkRaster(lit, factor)
  sharpen(picture, 0.35, longSidePx / 1100)
  return picture
}
