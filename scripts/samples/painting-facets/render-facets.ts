/** A still life in facets: short strokes that stop at every edge, outlines in charcoal, coarse canvas. */
import { clamp, hex, mix, mixColour, shiftColour, smoothstep } from '../kit/colour.ts'
import { distanceTo, markBorders } from '../kit/distance.ts'
import { sharpen } from '../kit/filters.ts'
import { createNoise } from '../kit/noise.ts'
import { createPaint, lightPaint, paintStroke } from '../kit/paint.ts'
import type { Paint } from '../kit/paint.ts'
import { createRandom } from '../kit/random.ts'
import type { Random } from '../kit/random.ts'
import { shrinkRaster } from '../kit/raster.ts'
import type { Raster } from '../kit/raster.ts'
import { sightAt } from './facets.ts'

interface Labels {
  readonly facets: Int32Array
  readonly things: Int32Array
  /** The drawing that is gone over once more with a fine brush, and where. */
  readonly drawing: Float32Array
  readonly fine: Uint8Array
}

/** Lays the colours in flat, and remembers where facets and things are. */
function layIn(paint: Paint, sidePx: number): Labels {
  const facets = new Int32Array(sidePx * sidePx)
  const things = new Int32Array(sidePx * sidePx)
  const fine = new Uint8Array(sidePx * sidePx)
  for (let y = 0, at = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++, at++) {
      const sight = sightAt((x + 0.5) / sidePx, (y + 0.5) / sidePx)
      facets[at] = sight.facet.id
      things[at] = sight.name
      fine[at] = Math.round(sight.fine * 100)
      paint.colour.data.set(sight.colour, at * 3)
      paint.height.data[at] = 0.25
    }
  }
  return { facets, things, fine, drawing: paint.colour.data.slice() }
}

/** A straight stroke from a place to both sides, as far as facet and thing stay the same. */
function strokePath(
  labels: Labels,
  sidePx: number,
  x: number,
  y: number,
  angle: number,
  lengthPx: number,
): number[] {
  const label = (px: number, py: number): number => {
    if (px < 0 || py < 0 || px >= sidePx || py >= sidePx) return -1
    const at = Math.floor(py) * sidePx + Math.floor(px)
    return labels.facets[at]! * 97 + labels.things[at]!
  }
  const here = label(x, y)
  const reach = (sign: number): number => {
    let far = 0
    while (
      far < lengthPx / 2 &&
      label(x + Math.cos(angle) * sign * (far + 2), y + Math.sin(angle) * sign * (far + 2)) === here
    )
      far += 2
    return far * sign
  }
  const [from, to] = [reach(-1), reach(1)]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const middle = (from + to) / 2
  return [x + cos * from, y + sin * from, x + cos * middle, y + sin * middle, x + cos * to, y + sin * to]
}

function paintCoat(paint: Paint, labels: Labels, random: Random, width: number, spacing: number): void {
  const sidePx = paint.height.widthPx
  const count = Math.round(1 / (spacing * spacing))
  for (let k = 0; k < count; k++) {
    const [x, y] = [random.next(), random.next()]
    const { colour, facet } = sightAt(x, y)
    const way = facet.angle + 0.14 * random.normal() + (random.next() < 0.18 ? Math.PI / 2 : 0)
    const path = strokePath(
      labels,
      sidePx,
      x * sidePx,
      y * sidePx,
      way,
      random.range(2.5, 6) * width * sidePx,
    )
    const first = shiftColour(colour, 1 + 0.05 * random.normal(), 1.05, 0.08 * random.normal())
    const second = shiftColour(colour, 1 + 0.09 * random.normal(), 1, 0.14 * random.normal())
    const widthPx = width * random.range(0.7, 1.15) * sidePx
    paintStroke(paint, { path, widthPx, first, second, load: random.range(0.5, 0.95) }, random)
  }
}

/** Goes over strings, frets, print and patterns again, letting the strokes below show through. */
function drawFineThings(paint: Paint, labels: Labels): void {
  const sidePx = paint.height.widthPx
  const noise = createNoise(11302)
  for (let at = 0; at < labels.fine.length; at++) {
    if (labels.fine[at] === 0) continue
    const dry = noise.fbm(((at % sidePx) / sidePx) * 150, Math.floor(at / sidePx) / sidePx / 0.0067, 2)
    const cover = clamp((labels.fine[at]! / 100) * (1 + 0.7 * dry))
    for (let c = at * 3; c < at * 3 + 3; c++)
      paint.colour.data[c] = mix(paint.colour.data[c]!, labels.drawing[c]!, cover)
  }
}

/** Charcoal along the edges: firm around things, broken and thin between facets, smudged to one side. */
function drawOutlines(paint: Paint, labels: Labels): void {
  const sidePx = paint.height.widthPx
  const noise = createNoise(11301)
  const fromThing = distanceTo(markBorders(labels.things, sidePx, sidePx), sidePx, sidePx)
  const fromFacet = distanceTo(markBorders(labels.facets, sidePx, sidePx), sidePx, sidePx)
  const charcoal = hex('#1c1715')
  for (let at = 0; at < labels.things.length; at++) {
    const x = (at % sidePx) / sidePx
    const y = Math.floor(at / sidePx) / sidePx
    const near = Math.min(fromThing.data[at]!, fromFacet.data[at]!) / sidePx
    if (near > 0.02) continue
    const press = 0.5 + 0.9 * noise.fbm(x * 7, y * 7, 3)
    const grit = noise.fbm(x * 240, y * 240, 2, 0.7)
    const thing = smoothstep(0.0022 + 0.0012 * press, 0.0008, fromThing.data[at]! / sidePx + 0.0006 * grit)
    const facet =
      smoothstep(0.0012 + 0.0012 * press, 0.0003, fromFacet.data[at]! / sidePx + 0.0005 * grit) *
      clamp(press + 0.25)
    const smudge = Math.exp(-(fromFacet.data[at]! / sidePx) / 0.006) * clamp(0.32 * press)
    const dark = clamp(
      Math.max(thing * clamp(0.75 + 0.3 * press), facet * 0.85) * (0.85 + 0.5 * grit) + smudge * 0.55,
    )
    const c = paint.colour.data
    c.set(mixColour([c[at * 3]!, c[at * 3 + 1]!, c[at * 3 + 2]!], charcoal, dark), at * 3)
    paint.height.data[at] = mix(paint.height.data[at]!, 0.1, dark * 0.7)
  }
}

/** @param longSidePx - side of the square picture. */
export function renderFacets(longSidePx: number): Raster {
  const factor = 2
  const sidePx = longSidePx * factor
  const random = createRandom(11001)
  const paint = createPaint(sidePx, sidePx, hex('#c9b08a'))
  const labels = layIn(paint, sidePx)
  paintCoat(paint, labels, random, 0.016, 0.0102)
  paintCoat(paint, labels, random, 0.0085, 0.0074)
  drawFineThings(paint, labels)
  drawOutlines(paint, labels)
  const scale = longSidePx / 1024
  const lit = lightPaint(paint, { depthPx: 2.2 * scale, gloss: 0.08, threadPx: 6 * scale, weave: 0.22 })
  const picture = shrinkRaster(lit, factor)
  sharpen(picture, 0.25, longSidePx / 1100)
  return picture
}
