/** The motif: a Sunday by the river. Sails, trees, a meadow with long shadows, people in their best clothes. */
import { clamp, createGradient, hex, mixColour, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import { figureColour } from './figures.ts'

/** Width over height; coordinates in picture heights, y down. The sun stands at the right. */
export const aspect = 1.45

const noise = createNoise(9101)
const waterLine = 0.375

/** Edge of the meadow towards the river. */
const bank = (x: number): number =>
  0.475 + 0.34 * smoothstep(0.25, 1.5, x) + 0.018 * Math.sin(x * 9 + 1) + 0.008 * noise.fbm(x * 12, 1, 3)

const sky = createGradient([
  [0, '#6fa4d8'],
  [0.16, '#a5cbe6'],
  [0.28, '#e6ecd9'],
  [0.375, '#fbe7b8'],
])

function skyColour(x: number, y: number): Colour {
  const heap = noise.fbm(x * 2.6 + 4, y * 6.5, 5, 0.5) + 0.25 * noise.fbm(x * 1.1, y * 2 + 8, 2)
  const cloud = smoothstep(0.02, 0.42, heap) * smoothstep(0.36, 0.22, y)
  const lit = smoothstep(-0.25, 0.3, heap - noise.fbm((x + 0.035) * 2.6 + 4, (y - 0.03) * 6.5, 4, 0.5))
  return mixColour(sky(y), mixColour(hex('#b7b6dc'), hex('#fffaf0'), lit), cloud * 0.92)
}

const farTop = (x: number): number =>
  waterLine -
  0.028 -
  0.03 * smoothstep(-0.3, 0.6, noise.fbm(x * 6 + 2, 0.4, 4)) -
  0.05 * smoothstep(1, 1.45, x)

/** The other side of the river: misty trees, some houses. */
function farBankColour(x: number, y: number): Colour {
  for (const [left, wide, high, wall] of houses) {
    if (x > left && x < left + wide && y < waterLine - 0.004) {
      const roofLine = waterLine - high
      if (y > roofLine) {
        const window =
          Math.abs((((x - left) * 60) % 1) - 0.5) < 0.2 && Math.abs((y - roofLine) / high - 0.45) < 0.22
        return window
          ? hex('#6a6f9f')
          : mixColour(hex(wall), hex('#b79fc0'), smoothstep(0.5, 0, (x - left) / wide))
      }
      if (y > roofLine - 0.016 + Math.abs(x - left - wide / 2) * 0.32) return hex('#d9703a')
    }
  }
  const light = clamp(0.5 + 0.9 * noise.fbm(x * 24, y * 26, 3) + (waterLine - y) * 5)
  return mixColour(hex('#3f6f8c'), hex('#a9c76a'), light)
}

const houses: readonly (readonly [number, number, number, string])[] = [
  [0.72, 0.06, 0.028, '#fbe9c2'],
  [0.8, 0.042, 0.036, '#f7d9b4'],
  [0.95, 0.075, 0.03, '#fdf0d6'],
  [1.2, 0.05, 0.04, '#f9dfb0'],
]

interface Sail {
  readonly x: number
  readonly base: number
  readonly high: number
  readonly colour: string
  readonly shade: string
}

const sails: readonly Sail[] = [
  { x: 0.79, base: 0.452, high: 0.17, colour: '#fffdf2', shade: '#b9bfe2' },
  { x: 1.12, base: 0.515, high: 0.25, colour: '#fff6dc', shade: '#c7b7dc' },
  { x: 0.945, base: 0.408, high: 0.075, colour: '#f5b25a', shade: '#c46a55' },
  { x: 1.335, base: 0.425, high: 0.1, colour: '#fffbe8', shade: '#b4bddf' },
  { x: 0.63, base: 0.402, high: 0.055, colour: '#fffdf4', shade: '#b9c4e4' },
]

function sailColour(x: number, y: number): Colour | null {
  for (const sail of sails) {
    const up = (sail.base - y) / sail.high
    const across = (x - sail.x) / sail.high
    if (up > -0.045 && up < 0.03 && Math.abs(across + 0.02) < 0.3 - Math.abs(up) * 1.5) return hex('#6b3a2c')
    if (up <= 0.03 || up > 1) continue
    if (Math.abs(across) < 0.011) return hex('#7a4a2f')
    const main = across < 0 && across > -0.36 * (1 - up) * (1 + 0.25 * Math.sin(up * 3))
    const jib = across > 0 && across < 0.25 * (0.82 - up)
    if (main) return mixColour(hex(sail.colour), hex(sail.shade), smoothstep(0, 0.3, -across))
    if (jib) return mixColour(hex(sail.shade), hex(sail.colour), 0.65)
  }
  return null
}

/** The river mirrors what stands beyond it, broken by ripples. */
function riverColour(x: number, y: number): Colour {
  const depth = y - waterLine
  const ripple = noise.fbm(x * 7, y * 46, 3)
  const mirrorX = x + 0.012 * ripple
  const mirrorY = waterLine - depth * 0.95 + 0.012 * ripple
  let colour =
    mirrorY > farTop(mirrorX) ? farBankColour(mirrorX, mirrorY) : skyColour(mirrorX, Math.max(0, mirrorY))
  for (const sail of sails) {
    const below = (y - sail.base) / sail.high
    if (below < 0.04 || below > 1.1) continue
    const across = (x - sail.x + 0.02 * ripple) / sail.high
    if (across < 0.06 && across > -0.34 * (1.1 - below)) {
      colour = mixColour(
        colour,
        hex(sail.colour),
        0.72 * smoothstep(-0.35, 0.25, Math.sin(y * 300 + ripple * 4)),
      )
    }
  }
  const blue = mixColour(hex('#4f8fd0'), hex('#2f64b4'), smoothstep(0.02, 0.35, depth))
  const glint = smoothstep(0.3, 0.62, noise.fbm(x * 16 + 8, y * 95, 3)) * smoothstep(0.6, 1.4, x)
  return mixColour(mixColour(colour, blue, 0.5 + 0.7 * depth), hex('#fff3cc'), 0.75 * glint)
}

interface Tree {
  readonly x: number
  readonly foot: number
  readonly trunk: number
  readonly lean: number
  /** Crown: middle, half width, half height. */
  readonly crown: readonly [number, number, number, number]
  readonly warm: number
}

const trees: readonly Tree[] = [
  { x: 0.53, foot: 0.56, trunk: 0.009, lean: 0.02, crown: [0.55, 0.3, 0.1, 0.17], warm: 0.75 },
  { x: 0.19, foot: 0.66, trunk: 0.026, lean: 0.035, crown: [0.22, 0.17, 0.35, 0.235], warm: 0.35 },
  { x: 0.015, foot: 0.58, trunk: 0.018, lean: -0.02, crown: [-0.02, 0.28, 0.2, 0.2], warm: 0.1 },
]

function treeColour(x: number, y: number): Colour | null {
  for (const tree of trees) {
    const [cx, cy, rx, ry] = tree.crown
    const u = (x - cx) / rx
    const v = (y - cy) / ry
    const ragged = 0.34 * noise.fbm(x * 11 + tree.x * 30, y * 11, 4, 0.6)
    const inside = 1 - Math.sqrt(u * u + v * v) + ragged
    const clump = noise.fbm(x * 13 + 40, y * 15, 4, 0.55)
    if (inside > 0 && !(clump < -0.42 && inside < 0.5)) {
      const towardsSun = clump - noise.fbm((x + 0.018) * 13 + 40, (y - 0.018) * 15, 4, 0.55)
      const light = clamp(0.42 + 1.5 * towardsSun + 0.3 * u - 0.25 * v)
      const sunny = mixColour(hex('#a9c83a'), hex('#f2c445'), tree.warm)
      const shade = mixColour(hex('#1d4a5c'), hex('#35306f'), smoothstep(0.2, -0.9, u) * 0.7)
      return mixColour(
        mixColour(shade, hex('#3f8a4a'), smoothstep(0.1, 0.5, light)),
        sunny,
        smoothstep(0.48, 0.95, light),
      )
    }
    const up = (tree.foot - y) / (tree.foot - cy)
    const middle = tree.x + tree.lean * up + 0.012 * Math.sin(up * 5)
    const half = tree.trunk * (1 - 0.45 * up) + tree.trunk * 0.9 * Math.exp(-up * 16)
    if (up > 0 && up < 1 && Math.abs(x - middle) < half) {
      const side = (x - middle) / half + 0.6 * noise.fbm(x * 60, y * 25, 2)
      return mixColour(hex('#38285c'), hex('#e0935a'), smoothstep(-0.2, 0.95, side))
    }
  }
  return null
}

/** Shade of the trees on the grass: it falls to the left and towards the viewer. */
function meadowShade(x: number, y: number): number {
  let shade = smoothstep(0.9, 0.965, y + 0.02 * noise.fbm(x * 5, 2, 3))
  for (const tree of trees) {
    const fall = y - tree.foot
    const along = (x - (tree.x - fall * 1.9)) / (0.04 + tree.crown[2] * 0.75)
    const band =
      fall > 0 && fall < 0.25
        ? 1 - smoothstep(0.55, 1, Math.abs(along) + 0.45 * noise.fbm(x * 9, y * 24, 3))
        : 0
    shade = Math.max(shade, band * smoothstep(0.03, 0.08, fall))
  }
  return shade
}

function meadowColour(x: number, y: number): Colour {
  const tuft = noise.fbm(x * 16, y * 40, 3)
  const warm = clamp(0.5 + 0.7 * noise.fbm(x * 3.2, y * 7, 3) + 0.3 * tuft)
  const sunny = mixColour(hex('#8fbf3f'), hex('#f0dc62'), warm)
  const shaded = mixColour(hex('#2f6a6a'), hex('#3f4f9a'), clamp(0.45 + tuft))
  const colour = mixColour(sunny, shaded, meadowShade(x, y) * 0.92)
  const flower = noise.cell(x * 34, y * 52)
  if (flower.near < 0.16 && flower.id > 0.55 && y > 0.6)
    return flower.id > 0.8 ? hex('#ff6a4a') : hex('#fff4d8')
  return mixColour(colour, hex('#f3c98a'), 0.65 * smoothstep(0.014, 0, y - bank(x)))
}

/** The colour that the painter sees at a place. */
export function colourAt(x: number, y: number): Colour {
  const figure = figureColour(x, y)
  if (figure) return figure
  const tree = treeColour(x, y)
  if (tree) return tree
  if (y > bank(x)) return meadowColour(x, y)
  const sail = sailColour(x, y)
  if (sail) return sail
  if (y > waterLine) return riverColour(x, y)
  return y > farTop(x) ? farBankColour(x, y) : skyColour(x, y)
}
