/** The cartoon of the window: which pane a place belongs to and what colour of glass was cut for it. */
import { clamp, createGradient, fromOklab, hex, toOklab } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import { hearts, onLeaf, shapedPieces } from './shapes.ts'

/** Coordinates in picture heights; the picture is 0.8 wide. */
export const aspect = 0.8

export interface Pane {
  /** Panes of one region share thin leads; between regions the lead is heavy. */
  readonly region: number
  readonly id: number
  readonly colour: Colour
}

const noise = createNoise(7101)
const sun = { x: 0.4, y: 0.47, radius: 0.085 }
const pieces = shapedPieces()

const raysTone = createGradient([
  [0.08, '#fff2a8'],
  [0.16, '#ffd23f'],
  [0.24, '#ff9a2e'],
  [0.32, '#ef5a45'],
  [0.4, '#b93a86'],
  [0.5, '#5a3fb0'],
  [0.62, '#2440a8'],
])
const hillTones = [
  createGradient([
    [0, '#7d6fd0'],
    [1, '#3f3f9a'],
  ]),
  createGradient([
    [0, '#3fae9a'],
    [1, '#1b5f7d'],
  ]),
  createGradient([
    [0, '#9acb3f'],
    [0.5, '#3f9a45'],
    [1, '#14593f'],
  ]),
] as const
const riverTone = createGradient([
  [0, '#ffe9a0'],
  [0.3, '#8fd8e8'],
  [1, '#1f6fc4'],
])

/** A cell of a jittered grid in coordinates that follow the form: an id and its middle. */
function cellOf(u: number, v: number, region: number): { id: number; u: number; v: number } {
  let best = { id: 0, u: 0, v: 0 }
  let nearest = Infinity
  for (let j = Math.floor(v) - 1; j <= Math.floor(v) + 1; j++) {
    for (let i = Math.floor(u) - 1; i <= Math.floor(u) + 1; i++) {
      const hash = noise.cell(i * 1.37 + region * 7.7 + 0.3, j * 1.91 + 0.6)
      const other = noise.cell(i * 2.11 + 40.2, j * 1.23 + region * 3.1)
      const cu = i + 0.5 + (hash.id - 0.5) * 0.75
      const cv = j + 0.5 + (other.id - 0.5) * 0.55
      const distance = (u - cu) ** 2 + (v - cv) ** 2
      if (distance < nearest) {
        nearest = distance
        best = { id: (i + 500) * 1000 + j + 500, u: cu, v: cv }
      }
    }
  }
  return best
}

const hash = (id: number, salt: number): number =>
  noise.cell((id % 997) * 0.731 + salt, (id % 613) * 0.917 + salt * 3).id

/** No two panes are cut from quite the same sheet. */
function vary(colour: Colour, id: number, amount = 1): Colour {
  const [L, a, b] = toOklab(colour)
  const [lightness, red, yellow] = [hash(id, 1) - 0.5, hash(id, 2) - 0.5, hash(id, 3) - 0.5]
  return fromOklab([L * (1 + 0.28 * amount * lightness), a + 0.07 * amount * red, b + 0.07 * amount * yellow])
}

function pane(region: number, id: number, colour: Colour, amount = 1): Pane {
  return { region, id: region * 2_000_000 + id, colour: vary(colour, id + region * 31, amount) }
}

/** The pointed arch: inside where this is positive, in picture heights from its line. */
function insideArch(x: number, y: number): number {
  const half = 0.325
  const centreY = 0.42
  if (y > centreY) return Math.min(half - Math.abs(x - 0.4), 0.955 - y)
  // Two circles that meet in a point; their centres lie on the springing line beyond the axis.
  const radius = 0.4
  return radius - Math.hypot(Math.abs(x - 0.4) + (radius - half), y - centreY)
}

function framePane(x: number, y: number, depth: number): Pane {
  if (depth > -0.022) {
    const along = Math.floor((y < 0.42 ? Math.atan2(y - 0.42, x - 0.4) * 0.4 : y) / 0.045)
    return pane(
      2,
      (along + 50) * 2 + (x < 0.4 ? 0 : 1),
      along % 2 === 0 ? hex('#f2b632') : hex('#d9822a'),
      0.7,
    )
  }
  const border = Math.min(x, aspect - x, y, 1 - y)
  if (border < 0.035) {
    const along = x < 0.035 || x > aspect - 0.035 ? Math.floor(y / 0.05) : Math.floor(x / 0.05) + 40
    const side = x < aspect / 2 ? 0 : 100
    return pane(3, along + side + (y < 0.5 ? 0 : 300), along % 2 === 0 ? hex('#b31532') : hex('#1b3fae'), 0.8)
  }
  // Diamonds in the corners above the arch.
  const u = Math.floor((x + y * 0.72) / 0.052)
  const v = Math.floor((x - y * 0.72) / 0.052)
  const tone = (u + v) % 3 === 0 ? '#2b2f8f' : (u - v) % 2 === 0 ? '#1f4fa8' : '#3a1f7a'
  return pane(4, (u + 60) * 200 + v + 60, hex(tone))
}

const hillTop = [
  (x: number): number => 0.5 + 0.035 * Math.sin(x * 11 + 1) + 0.02 * Math.sin(x * 23),
  (x: number): number => 0.575 + 0.04 * Math.sin(x * 8.5 + 3.6),
  (x: number): number => 0.68 + 0.05 * Math.cos(x * 7.5 + 0.9),
] as const

/** Signed way from the middle of the river, in its own half widths. */
function acrossRiver(x: number, y: number): number {
  const t = clamp((y - 0.53) / 0.43)
  const middle = 0.4 + 0.085 * Math.sin(t * 6.2 + 0.4) * (0.25 + t)
  return (x - middle) / (0.008 + 0.135 * t * t + 0.035 * t)
}

function skyPane(x: number, y: number): Pane {
  const dx = x - sun.x
  const dy = y - sun.y
  const r = Math.hypot(dx, dy)
  const turn = Math.atan2(dy, dx) / (2 * Math.PI)
  if (r < sun.radius) {
    if (r < 0.034) return pane(6, 1, hex('#fffbe2'), 0.2)
    const sector = Math.floor((turn + 1) * 12)
    return pane(6, 10 + sector, sector % 2 === 0 ? hex('#ffe45a') : hex('#ffc02e'), 0.6)
  }
  const wave = turn + 0.012 * Math.sin(r * 26)
  const sector = Math.floor((wave + 1) * 26)
  const own = hash(sector, 9)
  const band = Math.floor((r + 0.035 * own) / 0.07 + (sector % 2) * 0.5)
  const middle = (band - (sector % 2) * 0.5 + 0.5) * 0.07
  const tone = raysTone(middle + (sector % 2 === 0 ? 0 : 0.05))
  return pane(7, sector * 40 + band, tone, 0.9)
}

function landPane(x: number, y: number): Pane {
  const across = acrossRiver(x, y)
  if (y > 0.535 && Math.abs(across) < 1) {
    const t = (y - 0.53) / 0.43
    const cell = cellOf(across * 1.5 + 0.4 * Math.sin(t * 20), Math.sqrt(t) * 15, 8)
    return pane(8, cell.id, riverTone(clamp(0.15 + Math.abs(cell.u) * 0.45 + 0.3 * t)), 1.3)
  }
  const layer = y > hillTop[2](x) ? 2 : y > hillTop[1](x) ? 1 : 0
  const depth = y - hillTop[layer](x)
  const cell = cellOf(x * (15 - 2 * layer), depth * (30 - 5 * layer), 9 + layer)
  return pane(9 + layer, cell.id, hillTones[layer](clamp(cell.v / (4 + layer * 1.5))), 1.2)
}

/** The pane at a place. */
export function paneAt(x: number, y: number): Pane {
  const depth = insideArch(x, y)
  if (depth < 0) return framePane(x, y, depth)
  for (let i = 0; i < hearts.length; i++) {
    const [cx, cy, r] = hearts[i]!
    if (Math.hypot(x - cx, y - cy) < r) return pane(20, i, hex('#6a3a12'), 0.4)
  }
  for (let i = pieces.length - 1; i >= 0; i--) {
    if (onLeaf(pieces[i]!, x, y)) return pane(21, i, hex(pieces[i]!.colour), 0.45)
  }
  return y > hillTop[0](x) ? landPane(x, y) : skyPane(x, y)
}

/** The light of the day behind the window: most behind the sun. */
export function daylightAt(x: number, y: number): number {
  const r = Math.hypot(x - sun.x, y - sun.y)
  return 0.72 + 0.75 * Math.exp(-((r / 0.3) ** 2)) + 0.12 * noise.fbm(x * 2.5, y * 2.5, 3)
}

/** Streaks that the glass kept from its making; each pane was cut in its own direction. */
export function streaksAt(x: number, y: number, id: number): number {
  const angle = hash(id, 5) * Math.PI
  const u = x * Math.cos(angle) + y * Math.sin(angle)
  const v = y * Math.cos(angle) - x * Math.sin(angle)
  const own = (id % 89) * 1.7
  const swirl = 0.3 * noise.at(u * 14 + own, v * 14)
  return noise.fbm(u * 10 + own, v * 62 + swirl * 9, 4, 0.6)
}

export const bubbleAt = (x: number, y: number): number => {
  const cell = noise.cell(x * 70, y * 70)
  return cell.id > 0.82 ? clamp(1 - Math.abs(cell.near - 0.1) / 0.05) : 0
}
