/** Wind over a bay in thick oil: strokes follow the swirl of the sky, big ones first, ever smaller ones on top. */
import { mixColour, shiftColour } from '../kit/colour.ts'
import { addVignette, sharpen } from '../kit/filters.ts'
import { createPaint, followFlow, lightPaint, paintStroke } from '../kit/paint.ts'
import type { Paint } from '../kit/paint.ts'
import { createRandom } from '../kit/random.ts'
import type { Random } from '../kit/random.ts'
import { shrinkRaster } from '../kit/raster.ts'
import type { Raster } from '../kit/raster.ts'
import { aspect, colourAt, flowAt, regionAt } from './scene.ts'
import type { Region } from './scene.ts'

interface Round {
  /** Widths, lengths and distances in picture heights. */
  readonly width: number
  readonly length: number
  readonly spacing: number
  readonly load: number
  readonly only?: readonly Region[]
}

const rounds: readonly Round[] = [
  { width: 0.05, length: 0.2, spacing: 0.028, load: 1 },
  { width: 0.021, length: 0.13, spacing: 0.0135, load: 0.95 },
  { width: 0.0125, length: 0.085, spacing: 0.0098, load: 0.9 },
  { width: 0.0085, length: 0.034, spacing: 0.0072, load: 1, only: ['tree', 'sun', 'grass', 'far'] },
  { width: 0.008, length: 0.05, spacing: 0.0086, load: 0.8, only: ['field', 'sea'] },
  { width: 0.0065, length: 0.022, spacing: 0.0042, load: 1, only: ['house', 'roof', 'trunk'] },
]

const lengthFactor: Partial<Record<Region, number>> = {
  tree: 0.35,
  sea: 0.6,
  field: 0.6,
  grass: 0.5,
  sun: 0.4,
  house: 0.9,
  roof: 0.9,
  trunk: 0.4,
  far: 0.5,
}

/** Places on a jittered grid, in random order. */
function places(round: Round, random: Random): [number, number][] {
  const list: [number, number][] = []
  for (let y = -0.02; y < 1.02; y += round.spacing) {
    for (let x = -0.02; x < aspect + 0.02; x += round.spacing) {
      list.push([x + random.range(0, round.spacing), y + random.range(0, round.spacing)])
    }
  }
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const kept = list[i]!
    list[i] = list[j]!
    list[j] = kept
  }
  return list
}

function paintRound(paint: Paint, round: Round, random: Random): void {
  const { heightPx } = paint.height
  const flow = (x: number, y: number): number => flowAt(x / heightPx, y / heightPx)
  for (const [x, y] of places(round, random)) {
    const region = regionAt(x, y)
    if (round.only && !round.only.includes(region)) continue
    const length = round.length * (lengthFactor[region] ?? 1) * random.range(0.6, 1.25) * heightPx
    const path = followFlow(flow, x * heightPx, y * heightPx, length, Math.max(1, 0.004 * heightPx))
    const base = colourAt(x, y)
    const drift = random.normal()
    const first = shiftColour(base, 1 + 0.05 * drift, 1.2, 0.08 * random.normal())
    const second = shiftColour(
      base,
      1 + 0.05 * drift + random.range(-0.09, 0.12),
      1.2,
      0.18 * random.normal(),
    )
    const width = round.width * random.range(0.75, 1.2) * heightPx
    paintStroke(
      paint,
      {
        path,
        widthPx: width,
        first,
        second: mixColour(first, second, 0.9),
        load: round.load * random.range(0.65, 1.08),
      },
      random,
    )
  }
}

/** @param longSidePx - width of the picture; its height is four fifths of it. */
export function renderBrush(longSidePx: number): Raster {
  const factor = 2
  const heightPx = Math.round(longSidePx / aspect)
  const random = createRandom(6001)
  const paint = createPaint(longSidePx * factor, heightPx * factor, [0.24, 0.17, 0.1])
  for (const round of rounds) paintRound(paint, round, random)
  const lit = lightPaint(paint, {
    depthPx: (3.4 * longSidePx) / 1024,
    gloss: 0.25,
    threadPx: (5 * longSidePx) / 1024,
    weave: 0.12,
  })
  const picture = shrinkRaster(lit, factor)
  sharpen(picture, 0.3, longSidePx / 1100)
  addVignette(picture, 0.12)
  return picture
}
