/** Thick paint: strokes of a bristle brush that leave colour and height, and the light that falls on them. */
import { clamp, mix, smoothstep } from './colour.ts'
import type { Colour } from './colour.ts'
import { blurField } from './filters.ts'
import { createNoise } from './noise.ts'
import { createField, createRaster } from './raster.ts'
import type { Field, Raster } from './raster.ts'
import type { Random } from './random.ts'

export interface Paint {
  readonly colour: Raster
  readonly height: Field
  /** The stroke that last touched a pixel, so that one stroke lays its paint only once where its path is tight. */
  readonly owner: Int32Array
  strokes: number
}

export interface Stroke {
  /** Points of the middle line in pixels: x, y, x, y, … */
  readonly path: readonly number[]
  readonly widthPx: number
  /** The two colours on the brush; bristles carry one, the other or a mix. */
  readonly first: Colour
  readonly second: Colour
  /** Paint on the brush: 1 is thick and covers all the way, 0.3 runs dry. */
  readonly load: number
}

/** A primed ground of one colour. */
export function createPaint(widthPx: number, heightPx: number, ground: Colour): Paint {
  const colour = createRaster(widthPx, heightPx)
  for (let i = 0; i < colour.data.length; i += 3) colour.data.set(ground, i)
  return {
    colour,
    height: createField(widthPx, heightPx),
    owner: new Int32Array(widthPx * heightPx),
    strokes: 0,
  }
}

const bristleCount = 48
const bristles = new Float32Array(bristleCount * 3)

/** Every stroke gets its own brush: what each bristle carries, how it is loaded, how it wanders. */
function shuffleBristles(random: Random): void {
  let drift = 0
  for (let i = 0; i < bristleCount; i++) {
    drift = drift * 0.6 + random.normal() * 0.4
    bristles[i * 3] = clamp(0.5 + drift * 0.75)
    bristles[i * 3 + 1] = random.next()
    bristles[i * 3 + 2] = random.range(0, 6.28)
  }
}

/** Lays one stroke. The brush presses in at the start, lifts at the end and runs dry on the way. */
export function paintStroke(paint: Paint, stroke: Stroke, random: Random): void {
  const { path } = stroke
  shuffleBristles(random)
  const id = ++paint.strokes
  let lengthPx = 0
  for (let i = 2; i < path.length; i += 2) {
    lengthPx += Math.hypot(path[i]! - path[i - 2]!, path[i + 1]! - path[i - 1]!)
  }
  if (lengthPx < 1) return
  let travelled = 0
  for (let i = 2; i < path.length; i += 2) {
    const x0 = path[i - 2]!
    const y0 = path[i - 1]!
    const dx = path[i]! - x0
    const dy = path[i + 1]! - y0
    const piece = Math.hypot(dx, dy)
    const steps = Math.max(1, Math.ceil(piece / 0.8))
    for (let step = 0; step < steps; step++) {
      const along = (travelled + (piece * step) / steps) / lengthPx
      const x = x0 + (dx * step) / steps
      const y = y0 + (dy * step) / steps
      layRow(paint, stroke, id, {
        x,
        y,
        nx: -dy / piece,
        ny: dx / piece,
        along,
        travelledPx: along * lengthPx,
      })
    }
    travelled += piece
  }
}

interface Row {
  readonly x: number
  readonly y: number
  readonly nx: number
  readonly ny: number
  readonly along: number
  readonly travelledPx: number
}

function layRow(paint: Paint, stroke: Stroke, id: number, row: Row): void {
  const { widthPx: pictureWidth, heightPx: pictureHeight } = paint.height
  const press =
    Math.sqrt(Math.min(1, row.along * 9 + 0.15)) * Math.sqrt(Math.min(1, (1 - row.along) * 5 + 0.02))
  const half = (stroke.widthPx / 2) * press
  const dryness = 0.95 - stroke.load * (1.25 - 0.55 * row.along)
  for (let side = -half; side <= half; side += 0.8) {
    const px = Math.floor(row.x + row.nx * side)
    const py = Math.floor(row.y + row.ny * side)
    if (px < 0 || py < 0 || px >= pictureWidth || py >= pictureHeight) continue
    const at = py * pictureWidth + px
    if (paint.owner[at] === id) continue
    const across = side / stroke.widthPx + 0.5
    const bristle = Math.min(bristleCount - 1, Math.floor(across * bristleCount))
    const wander = 0.5 + 0.5 * Math.sin(row.travelledPx * 0.03 + bristles[bristle * 3 + 2]!)
    const loaded = 0.7 * bristles[bristle * 3 + 1]! + 0.3 * wander
    const cover = smoothstep(dryness - 0.12, dryness + 0.12, loaded)
    if (cover <= 0.02) continue
    paint.owner[at] = id
    layPixel(paint, stroke, at, {
      cover,
      share: bristles[bristle * 3]!,
      loaded,
      edge: Math.abs(side) / (half + 0.01),
    })
  }
}

interface Dab {
  readonly cover: number
  readonly share: number
  readonly loaded: number
  readonly edge: number
}

function layPixel(paint: Paint, { first, second, load }: Stroke, at: number, dab: Dab): void {
  const { data } = paint.colour
  const tone = 0.86 + 0.28 * dab.loaded
  for (let c = 0; c < 3; c++) {
    const fresh = mix(first[c]!, second[c]!, dab.share) * tone
    data[at * 3 + c] = mix(data[at * 3 + c]!, fresh, dab.cover)
  }
  // Paint is pushed aside by the brush: grooves behind the bristles, a ridge along both edges.
  const ridge = 0.55 + 0.75 * smoothstep(0.55, 0.9, dab.edge) * (1 - smoothstep(0.93, 1, dab.edge))
  const thick = load * (0.35 + 0.65 * dab.loaded) * ridge
  const before = paint.height.data[at]!
  paint.height.data[at] = mix(before, before * 0.35 + thick, dab.cover)
}

export interface Touch {
  readonly x: number
  readonly y: number
  /** Half the length and half the width, in pixels. */
  readonly longPx: number
  readonly shortPx: number
  readonly angleRad: number
  readonly colour: Colour
  readonly load: number
}

/** One touch of the tip of a brush: a small mound with a soft edge. */
export function paintTouch(paint: Paint, touch: Touch): void {
  const { widthPx, heightPx } = paint.height
  const [cos, sin] = [Math.cos(touch.angleRad), Math.sin(touch.angleRad)]
  const reach = Math.max(touch.longPx, touch.shortPx) + 1
  const soft = 1 / Math.max(1, touch.shortPx)
  for (let y = Math.max(0, Math.floor(touch.y - reach)); y <= Math.min(heightPx - 1, touch.y + reach); y++) {
    for (let x = Math.max(0, Math.floor(touch.x - reach)); x <= Math.min(widthPx - 1, touch.x + reach); x++) {
      const dx = x + 0.5 - touch.x
      const dy = y + 0.5 - touch.y
      const u = (dx * cos + dy * sin) / touch.longPx
      const v = (dy * cos - dx * sin) / touch.shortPx
      const r = Math.sqrt(u * u + v * v)
      const cover = clamp((1 - r) / soft + 0.5)
      if (cover <= 0) continue
      const at = y * widthPx + x
      for (let c = 0; c < 3; c++) {
        paint.colour.data[at * 3 + c] = mix(paint.colour.data[at * 3 + c]!, touch.colour[c]!, cover)
      }
      const mound = touch.load * (0.35 + 0.65 * Math.sqrt(Math.max(0, 1 - r * r)))
      paint.height.data[at] = mix(paint.height.data[at]!, paint.height.data[at]! * 0.3 + mound, cover)
    }
  }
}

export interface Relief {
  /** How far heights count, in pixels. */
  readonly depthPx: number
  readonly gloss: number
  /** Threads of the canvas: their distance in pixels and how much they show. */
  readonly threadPx: number
  readonly weave: number
}

/** Lights the paint from the upper left: shadows in the grooves, a little shine on the ridges, canvas where paint is thin. */
export function lightPaint(paint: Paint, relief: Relief): Raster {
  const { widthPx, heightPx } = paint.height
  const soft = blurField(paint.height, 0.6)
  const noise = createNoise(31)
  const surface = createField(widthPx, heightPx)
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const at = y * widthPx + x
      const u = (x / relief.threadPx) * Math.PI
      const v = (y / relief.threadPx) * Math.PI
      const slack = 0.5 * noise.at(x / relief.threadPx / 3, y / relief.threadPx / 3)
      const over = Math.sin(u + slack) * Math.sin(v + slack) > 0
      const thread = over ? Math.abs(Math.sin(v + slack)) : Math.abs(Math.sin(u + slack))
      surface.data[at] = soft.data[at]! + (relief.weave * thread) / (1 + 3 * soft.data[at]!)
    }
  }
  const result = createRaster(widthPx, heightPx)
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const at = y * widthPx + x
      const right = surface.data[x + 1 < widthPx ? at + 1 : at]! - surface.data[x > 0 ? at - 1 : at]!
      const down =
        surface.data[y + 1 < heightPx ? at + widthPx : at]! - surface.data[y > 0 ? at - widthPx : at]!
      const slope = -(right * 0.6 + down * 0.8) * relief.depthPx
      const facing = slope / Math.sqrt(1 + slope * slope)
      const shine = relief.gloss * Math.pow(clamp(-facing), 6)
      const shade = 1 - 0.42 * facing
      for (let c = 0; c < 3; c++) {
        result.data[at * 3 + c] = Math.max(0, paint.colour.data[at * 3 + c]! * shade + shine)
      }
    }
  }
  return result
}

/** Walks along a field of directions from a place, both ways, and returns the path in pixels. */
export function followFlow(
  flow: (x: number, y: number) => number,
  x: number,
  y: number,
  lengthPx: number,
  stepPx: number,
): number[] {
  const half = Math.max(1, Math.round(lengthPx / stepPx / 2))
  const back: number[] = []
  const forth: number[] = [x, y]
  for (const sign of [-1, 1]) {
    let [px, py] = [x, y]
    let angle = flow(px, py)
    for (let i = 0; i < half; i++) {
      // A direction may flip by half a turn between two places; keep going the way we came.
      const next = flow(px, py)
      angle = Math.cos(next - angle) < 0 ? next + Math.PI : next
      px += sign * Math.cos(angle) * stepPx
      py += sign * Math.sin(angle) * stepPx
      if (sign < 0) back.unshift(px, py)
      else forth.push(px, py)
    }
  }
  return [...back, ...forth]
}
