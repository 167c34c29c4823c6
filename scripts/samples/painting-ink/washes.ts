/** The mountains: washes of ink, dark along a ridge and gone in the mist below, with strokes that tell how the rock breaks. */
import { clamp, smoothstep } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import type { Noise } from '../kit/noise.ts'

/** Three optical densities: black ink, indigo, burnt ochre. */
export interface Ink {
  black: number
  indigo: number
  ochre: number
}

export interface Range {
  /** Pillars of rock: middle, top (both in picture heights), half width, steepness. */
  readonly pillars: readonly (readonly [number, number, number, number])[]
  readonly foot: number
  readonly black: number
  readonly indigo: number
  readonly ochre: number
  /** How far below the ridge the wash lasts, in picture heights. */
  readonly fade: number
  readonly rough: number
  readonly seed: number
}

export const ranges: readonly Range[] = [
  {
    pillars: [
      [0.05, 0.36, 0.12, 2.2],
      [0.26, 0.31, 0.11, 2.6],
      [0.47, 0.27, 0.09, 2.6],
      [0.62, 0.33, 0.08, 2.4],
      [0.76, 0.29, 0.1, 2.2],
    ],
    foot: 0.56,
    black: 0.16,
    indigo: 0.2,
    ochre: 0,
    fade: 0.11,
    rough: 0.5,
    seed: 1,
  },
  {
    pillars: [
      [0.57, 0.215, 0.055, 3],
      [0.655, 0.3, 0.045, 2.8],
      [0.02, 0.3, 0.09, 2.6],
      [0.5, 0.37, 0.05, 2.4],
    ],
    foot: 0.6,
    black: 0.55,
    indigo: 0.2,
    ochre: 0.02,
    fade: 0.15,
    rough: 0.8,
    seed: 2,
  },
  {
    pillars: [
      [0.27, 0.1, 0.075, 3.2],
      [0.185, 0.2, 0.06, 3],
      [0.355, 0.235, 0.05, 3.2],
      [0.1, 0.36, 0.07, 2.6],
      [0.43, 0.42, 0.06, 2.4],
    ],
    foot: 0.66,
    black: 1.25,
    indigo: 0.1,
    ochre: 0.2,
    fade: 0.2,
    rough: 1,
    seed: 3,
  },
  {
    pillars: [
      [0.7, 0.49, 0.1, 2.2],
      [0.6, 0.56, 0.07, 2],
      [0.8, 0.53, 0.08, 2],
    ],
    foot: 0.71,
    black: 1.15,
    indigo: 0.06,
    ochre: 0.12,
    fade: 0.12,
    rough: 1,
    seed: 4,
  },
  {
    pillars: [
      [-0.02, 0.8, 0.16, 1.8],
      [0.14, 0.85, 0.16, 1.8],
      [0.3, 0.91, 0.16, 1.6],
      [0.74, 0.925, 0.16, 1.8],
    ],
    foot: 1.1,
    black: 2.1,
    indigo: 0.05,
    ochre: 0.25,
    fade: 0.3,
    rough: 1.2,
    seed: 5,
  },
]

const noises = ranges.map((range) => createNoise(10200 + range.seed))
const paperNoise = createNoise(10299)

function computeRidge(range: Range, noise: Noise, x: number): number {
  const wander = 0.012 * range.rough * noise.fbm(x * 14, range.seed, 4, 0.55)
  let top = range.foot
  for (const [middle, peak, half, steep] of range.pillars) {
    const away = Math.abs(x + wander * 1.5 - middle) / half
    top = Math.min(top, range.foot - (range.foot - peak) * Math.exp(-Math.pow(away, steep) * 0.75))
  }
  const crag = 0.03 * range.rough * noise.fbm(x * 20 + 5, range.seed * 3, 5, 0.55)
  return top - crag * smoothstep(range.foot, range.foot - 0.06, top)
}

const tableSteps = 6000
const tableFrom = -0.1
const tableWidth = 1

/** Every ridge once, finely; a place asks for it several times. */
const ridgeTables = ranges.map((range, index) =>
  Float64Array.from({ length: tableSteps + 2 }, (_, step) =>
    computeRidge(range, noises[index]!, tableFrom + (tableWidth * step) / tableSteps),
  ),
)

function ridgeTop(range: Range, x: number): number {
  const table = ridgeTables[range.seed - 1]!
  const place = clamp((x - tableFrom) / tableWidth) * tableSteps
  const step = Math.floor(place)
  return table[step]! + (table[step + 1]! - table[step]!) * (place - step)
}

/** Strokes along the rock: steep lines that split and fade, on the side away from the light. */
function textureStrokes(range: Range, noise: Noise, x: number, y: number, top: number): number {
  const lean = (ridgeTop(range, x + 0.012) - ridgeTop(range, x - 0.012)) / 0.024
  const fall = clamp(lean * 0.16, -0.5, 0.5)
  const warpX = x - (y - top) * fall + 0.018 * noise.fbm(x * 7, y * 7, 3)
  const lines = Math.pow(noise.ridged(warpX * 26 + 3, y * 7.5, 4, 0.6), 2.2)
  const broken = smoothstep(-0.25, 0.35, noise.fbm(x * 11 + 30, y * 14, 3))
  const shadow = smoothstep(-0.9, 0.9, lean + 1.4 * noise.fbm(x * 9, y * 6 + 50, 3))
  return lines * broken * (0.25 + 0.95 * shadow)
}

/** What one range adds at a place; `cover` is how much of what lies behind it still shows. */
function rangeInk(index: number, x: number, y: number, pixel: number): { ink: Ink; cover: number } | null {
  const range = ranges[index]!
  const noise = noises[index]!
  const feather = 0.0022 * noise.fbm(x * 120, y * 120, 3, 0.6)
  const top = ridgeTop(range, x + feather)
  const depth = y + feather - top
  const inside = smoothstep(-pixel * 0.6, pixel * 0.9, depth) * smoothstep(0.004, 0.03, range.foot - top)
  if (inside <= 0) return null
  const below = Math.max(0, depth)
  const mistEdge = range.fade * (1 + 0.5 * noise.fbm(x * 3.5, y * 3 + 7, 3))
  const body = Math.exp(-Math.pow(below / mistEdge, 1.6))
  const toFoot = smoothstep(range.foot + 0.02, range.foot - 0.07, y)
  const bloom = 1 + 0.35 * noise.fbm(x * 6, y * 6, 4) + 0.1 * paperNoise.fbm(x * 160, y * 160, 2)
  const contour =
    Math.exp(-below / 0.0034) * (0.45 + 0.7 * smoothstep(-0.3, 0.4, noise.fbm(x * 18, y * 18 + 3, 3)))
  const strokes = textureStrokes(range, noise, x, y, top)
  const wash = body * bloom * (0.42 + 0.16 * Math.exp(-below / 0.03))
  const rock = (wash + contour * 1.15 + strokes * 2.1 * Math.sqrt(body)) * toFoot
  return {
    ink: {
      black: inside * range.black * rock,
      indigo: inside * range.indigo * body * bloom * toFoot,
      ochre: inside * range.ochre * body * toFoot * clamp(0.5 + noise.fbm(x * 5 + 9, y * 5, 3)),
    },
    cover: inside * (0.35 + 0.65 * Math.max(smoothstep(range.foot + 0.03, range.foot - 0.1, y), body)),
  }
}

/** All ranges at a place, the nearer in front of the farther. @param pixel - size of a pixel in picture heights. */
export function mountainInk(x: number, y: number, pixel: number): Ink {
  const sum: Ink = { black: 0, indigo: 0, ochre: 0 }
  for (let index = 0; index < ranges.length; index++) {
    const added = rangeInk(index, x, y, pixel)
    if (!added) continue
    const keep = 1 - added.cover
    sum.black = sum.black * keep + added.ink.black
    sum.indigo = sum.indigo * keep + added.ink.indigo
    sum.ochre = sum.ochre * keep + added.ink.ochre
  }
  return sum
}

/** The ridge of a range: where trees and moss may stand. */
export const ridgeAt = (index: number, x: number): number => ridgeTop(ranges[index]!, x)

/** Faint level strokes on the water, darker towards the viewer, and the shade of the rocks in it. */
export function waterInk(x: number, y: number): number {
  if (y < 0.655) return 0
  const depth = (y - 0.655) / 0.3
  const lines = Math.pow(paperNoise.ridged(x * 2.2 + 3, y * (70 - depth * 30), 3), 5)
  const patches = smoothstep(0.05, 0.5, paperNoise.fbm(x * 2.5, y * 9, 3))
  const near = smoothstep(0.655, 0.7, y)
  return near * (0.2 * lines * patches + 0.05 * depth * (1 + paperNoise.fbm(x * 3, y * 12 + 4, 3)))
}
