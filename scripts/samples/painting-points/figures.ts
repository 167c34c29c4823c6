/** People and a dog on the grass, each built of a few rounded shapes; light falls on them from the right. */
import { clamp, hex, mixColour, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'

/** A shape in the figure's own measure: feet at (0, 0), head near (0, 1), x to the right. */
type Shape =
  | {
      readonly kind: 'oval'
      readonly x: number
      readonly y: number
      readonly rx: number
      readonly ry: number
      readonly tone: Tone
    }
  /** A body between two heights whose half width changes from low to high; `swell` bulges it. */
  | {
      readonly kind: 'body'
      readonly x: number
      readonly from: number
      readonly to: number
      readonly low: number
      readonly high: number
      readonly lean?: number
      readonly swell?: number
      readonly tone: Tone
    }
  /** The upper part of an oval, for parasols. */
  | {
      readonly kind: 'dome'
      readonly x: number
      readonly y: number
      readonly rx: number
      readonly ry: number
      readonly tone: Tone
    }

type Tone = readonly [lit: string, shade: string]

interface Figure {
  readonly x: number
  readonly foot: number
  readonly tall: number
  readonly shapes: readonly Shape[]
}

const skin: Tone = ['#f7c79a', '#b0705f']
const dark: Tone = ['#4a4f8a', '#231f45']

const lady = (dress: Tone, parasol: Tone): readonly Shape[] => [
  {
    kind: 'body',
    x: 0.31,
    from: 0.55,
    to: 1.26,
    low: 0.008,
    high: 0.008,
    lean: -0.06,
    tone: ['#7a4a2f', '#4a2a2f'],
  },
  { kind: 'dome', x: 0.24, y: 1.08, rx: 0.44, ry: 0.26, tone: parasol },
  { kind: 'oval', x: 0.01, y: 0.99, rx: 0.13, ry: 0.045, tone: ['#e8b84a', '#8a5a3a'] },
  { kind: 'oval', x: 0.01, y: 0.925, rx: 0.062, ry: 0.07, tone: skin },
  { kind: 'body', x: 0.02, from: 0.55, to: 0.87, low: 0.085, high: 0.1, swell: 0.02, tone: dress },
  { kind: 'body', x: 0.14, from: 0.6, to: 0.82, low: 0.035, high: 0.04, lean: 0.16, tone: dress },
  { kind: 'oval', x: -0.16, y: 0.5, rx: 0.14, ry: 0.11, tone: dress },
  { kind: 'body', x: -0.02, from: 0, to: 0.6, low: 0.25, high: 0.09, swell: 0.03, tone: dress },
]

const gentleman: readonly Shape[] = [
  { kind: 'body', x: 0, from: 1, to: 1.13, low: 0.062, high: 0.066, tone: dark },
  { kind: 'oval', x: 0, y: 1, rx: 0.11, ry: 0.018, tone: dark },
  { kind: 'oval', x: 0.01, y: 0.935, rx: 0.058, ry: 0.07, tone: skin },
  { kind: 'body', x: 0, from: 0.4, to: 0.87, low: 0.13, high: 0.12, swell: 0.02, tone: dark },
  { kind: 'body', x: 0.13, from: 0.45, to: 0.82, low: 0.04, high: 0.045, lean: 0.05, tone: dark },
  { kind: 'body', x: -0.055, from: 0, to: 0.45, low: 0.05, high: 0.065, tone: ['#9a8fb8', '#4a4070'] },
  { kind: 'body', x: 0.065, from: 0, to: 0.45, low: 0.05, high: 0.065, tone: ['#b5a8c8', '#5a4f80'] },
  {
    kind: 'body',
    x: 0.23,
    from: 0,
    to: 0.5,
    low: 0.01,
    high: 0.012,
    lean: -0.05,
    tone: ['#a5703a', '#5a3a2a'],
  },
]

const child: readonly Shape[] = [
  { kind: 'oval', x: 0, y: 0.98, rx: 0.17, ry: 0.06, tone: ['#ffd76a', '#c98a3a'] },
  { kind: 'oval', x: 0, y: 0.86, rx: 0.085, ry: 0.1, tone: skin },
  { kind: 'body', x: 0, from: 0.15, to: 0.78, low: 0.26, high: 0.1, tone: ['#fffaf0', '#b4b4e0'] },
  { kind: 'body', x: -0.06, from: 0, to: 0.2, low: 0.035, high: 0.04, tone: dark },
  { kind: 'body', x: 0.07, from: 0, to: 0.2, low: 0.035, high: 0.04, tone: dark },
]

const seated: readonly Shape[] = [
  { kind: 'oval', x: -0.02, y: 0.98, rx: 0.2, ry: 0.05, tone: ['#fbe9b0', '#b08a6a'] },
  { kind: 'oval', x: 0, y: 0.86, rx: 0.1, ry: 0.12, tone: skin },
  { kind: 'body', x: -0.02, from: 0.2, to: 0.76, low: 0.22, high: 0.15, tone: ['#f08a4a', '#a0405a'] },
  { kind: 'oval', x: 0.32, y: 0.16, rx: 0.52, ry: 0.16, tone: ['#6a8fd8', '#34408f'] },
]

const dog: readonly Shape[] = [
  { kind: 'oval', x: 0.5, y: 0.78, rx: 0.2, ry: 0.16, tone: ['#c98a4a', '#5a3040'] },
  { kind: 'oval', x: 0.66, y: 0.72, rx: 0.12, ry: 0.08, tone: ['#e0a86a', '#6a3a40'] },
  { kind: 'oval', x: 0, y: 0.52, rx: 0.52, ry: 0.2, tone: ['#c98a4a', '#4a2a40'] },
  { kind: 'body', x: -0.38, from: 0, to: 0.5, low: 0.06, high: 0.1, tone: ['#a86a3a', '#4a2a40'] },
  { kind: 'body', x: 0.34, from: 0, to: 0.5, low: 0.06, high: 0.1, tone: ['#c98a4a', '#4a2a40'] },
  {
    kind: 'body',
    x: -0.55,
    from: 0.5,
    to: 0.95,
    low: 0.06,
    high: 0.03,
    lean: -0.25,
    tone: ['#c98a4a', '#4a2a40'],
  },
]

/** Nearest first: the first that covers a place is seen. */
const figures: readonly Figure[] = [
  { x: 0.6, foot: 0.93, tall: 0.37, shapes: lady(['#b04a7a', '#4a1f5a'], ['#ff8a3a', '#c4303f']) },
  { x: 0.76, foot: 0.935, tall: 0.19, shapes: child },
  { x: 0.42, foot: 0.92, tall: 0.39, shapes: gentleman },
  { x: 0.9, foot: 0.965, tall: 0.075, shapes: dog },
  { x: 0.12, foot: 0.845, tall: 0.15, shapes: seated },
  { x: 0.86, foot: 0.765, tall: 0.16, shapes: lady(['#5f8fe0', '#2f3a8f'], ['#fff0c0', '#c0a0c8']) },
  { x: 0.335, foot: 0.655, tall: 0.115, shapes: gentleman },
  { x: 0.4, foot: 0.66, tall: 0.11, shapes: lady(['#e0574a', '#7a2a5a'], ['#8fd0a0', '#3f7a8a']) },
  { x: 0.69, foot: 0.66, tall: 0.07, shapes: seated },
]

function onShape(shape: Shape, x: number, y: number): number | null {
  if (shape.kind === 'body') {
    const t = (y - shape.from) / (shape.to - shape.from)
    if (t < 0 || t > 1) return null
    const half = shape.low + (shape.high - shape.low) * t + (shape.swell ?? 0) * Math.sin(Math.PI * t)
    const side = (x - shape.x - (shape.lean ?? 0) * t) / half
    return Math.abs(side) < 1 ? side : null
  }
  const u = (x - shape.x) / shape.rx
  const v = (y - shape.y) / shape.ry
  if (shape.kind === 'dome' && v < 0.12 * Math.abs(Math.sin(u * 7))) return null
  return u * u + v * v < 1 ? u * 0.85 + (shape.kind === 'dome' ? 0 : 0.35 * v) : null
}

/** Colour of a figure at a place, its cast shade on the grass, or null. */
export function figureColour(x: number, y: number): Colour | null {
  for (const figure of figures) {
    const px = (x - figure.x) / figure.tall
    const py = (figure.foot - y) / figure.tall
    if (Math.abs(px) > 0.9 || py < -0.1 || py > 1.45) continue
    for (const shape of figure.shapes) {
      const side = onShape(shape, px, py)
      if (side !== null)
        return mixColour(hex(shape.tone[1]), hex(shape.tone[0]), smoothstep(-0.7, 0.75, side))
    }
  }
  for (const figure of figures) {
    const px = (x - figure.x) / figure.tall
    const py = (y - figure.foot) / figure.tall
    const along = clamp(-px / 1.3)
    if (
      py > -0.03 &&
      py < 0.34 &&
      Math.abs(py - along * 0.24) < 0.075 * (1 - along) + 0.02 &&
      px < 0.12 &&
      along < 1
    )
      return hex('#2f3f8a')
  }
  return null
}
