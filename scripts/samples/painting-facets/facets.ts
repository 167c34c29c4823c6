/** The cuts: straight lines and a few arcs divide the canvas into facets, and every facet looks at the motif from elsewhere. */
import { clamp, hex, mixColour, shiftColour } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import { createRandom } from '../kit/random.ts'
import { thingAt } from './still-life.ts'

interface Cut {
  readonly nx: number
  readonly ny: number
  readonly offset: number
}

interface Arc {
  readonly x: number
  readonly y: number
  readonly r: number
}

export interface Facet {
  readonly id: number
  /** The way the brush goes in this facet, radians. */
  readonly angle: number
}

export interface Sight {
  readonly facet: Facet
  /** Name of the thing seen there; outlines run where it changes. */
  readonly name: number
  readonly colour: Colour
  /** How much of the fine drawing here should survive the broad strokes, 0 to 1. */
  readonly fine: number
}

const noise = createNoise(11201)
const random = createRandom(11202)
const directions = [0.28, 0.95, 1.5, 2.25, 2.8]

const cuts: readonly Cut[] = Array.from({ length: 15 }, (_, k) => {
  const angle = directions[k % directions.length]! + random.normal() * 0.09
  const [px, py] = [random.range(0.1, 0.9), random.range(0.1, 0.9)]
  const [nx, ny] = [-Math.sin(angle), Math.cos(angle)]
  return { nx, ny, offset: nx * px + ny * py }
})

/** A cut does not run all the way: for each piece of its length, whether it is cut there. */
const pieceCount = 8
const runs: readonly boolean[] = Array.from({ length: cuts.length * pieceCount }, () => random.next() > 0.27)

const arcs: readonly Arc[] = [
  { x: 0.56, y: 0.58, r: 0.29 },
  { x: 0.25, y: 0.74, r: 0.2 },
  { x: 0.68, y: 0.12, r: 0.17 },
]

const saltCount = 13
/** Of several arrangements tried, the one in which the guitar and the window read best. */
const arrangement = 4_000_012
const known = new Map<number, Float64Array>()

/** Numbers of its own for every facet, in [0, 1), one for each purpose (`salt`). */
function own(id: number, salt: number): number {
  let numbers = known.get(id)
  if (!numbers) {
    const stream = createRandom(id + arrangement)
    numbers = Float64Array.from({ length: saltCount }, () => stream.next())
    known.set(id, numbers)
  }
  return numbers[salt]!
}

/** The facet at a place: which side of every cut it lies on. */
export function facetAt(x: number, y: number): Facet {
  let id = 7
  for (let k = 0; k < cuts.length; k++) {
    const cut = cuts[k]!
    const piece = Math.floor(clamp((x * cut.ny - y * cut.nx) * 0.35 + 0.5 + k * 0.011) * (pieceCount - 0.001))
    if (!runs[k * pieceCount + piece]) continue
    id = (id * 31 + (x * cut.nx + y * cut.ny > cut.offset ? 17 : 5)) % 1_000_003
  }
  for (const arc of arcs) id = (id * 37 + (Math.hypot(x - arc.x, y - arc.y) < arc.r ? 11 : 3)) % 1_000_003
  return { id, angle: directions[Math.floor(own(id, 1) * 5) % 5]! + 0.3 * (own(id, 2) - 0.5) }
}

const fineThings = new Set([11, 12, 14, 15, 16, 17, 22, 40, 64])
const accents = ['#1f3f5f', '#c2502a', '#e3b04a', '#efe2c4', '#3f7a7a', '#2a2320', '#8fa8a0', '#a33b2a']

/** What a facet shows at a place: the motif moved, turned and relit, here and there a flat accent instead. */
export function sightAt(x: number, y: number): Sight {
  const facet = facetAt(x, y)
  const { id } = facet
  const turn = (own(id, 3) - 0.5) * 0.26
  const scale = 1 + (own(id, 4) - 0.5) * 0.24
  const dx = x - 0.5
  const dy = y - 0.55
  const seenX = 0.5 + scale * (dx * Math.cos(turn) - dy * Math.sin(turn)) + (own(id, 5) - 0.5) * 0.055
  const seenY = 0.55 + scale * (dy * Math.cos(turn) + dx * Math.sin(turn)) + (own(id, 6) - 0.5) * 0.055
  const seen = thingAt(clamp(seenX, 0.002, 0.998), clamp(seenY, 0.002, 0.998))
  // Each facet is modelled from one edge to the other, without regard to the light in its neighbours.
  const across = Math.sin(
    (x * Math.cos(facet.angle + 1.2) + y * Math.sin(facet.angle + 1.2)) * (9 + 6 * own(id, 7)) +
      own(id, 8) * 6.28,
  )
  const model = 0.93 + 0.17 * across + 0.34 * (seen.light - 0.5)
  let colour = shiftColour(seen.colour, clamp(model, 0.55, 1.35), 1.02, (own(id, 9) - 0.5) * 0.3)
  const background = seen.name >= 60 && seen.name !== 61
  const accent = own(id, 10)
  if (accent > (background ? 0.62 : 0.86)) {
    const flat = hex(accents[Math.floor(own(id, 11) * accents.length) % accents.length]!)
    colour = mixColour(
      colour,
      shiftColour(flat, clamp(0.9 + 0.22 * across, 0.6, 1.2), 1),
      background ? 0.72 : 0.5,
    )
  }
  const fine = own(id, 12) < 0.29 || fineThings.has(seen.name) ? 0.75 : seen.name === 10 ? 0.42 : 0
  return { facet, name: seen.name, colour: pasted(colour, facet, x, y), fine }
}

/** Some facets carry a pattern, as of pasted paper: print, wood, dots, hatching. */
function pasted(colour: Colour, { id, angle }: Facet, x: number, y: number): Colour {
  const kind = own(id, 12)
  const u = x * Math.cos(angle) + y * Math.sin(angle)
  const v = y * Math.cos(angle) - x * Math.sin(angle)
  if (kind < 0.07) {
    const line = Math.abs(((v * 75) % 1) + (v < 0 ? 1 : 0) - 0.5) < 0.2
    const word = noise.at(u * 46, Math.floor(v * 75) * 3.1) > -0.25
    return mixColour(mixColour(colour, hex('#e9dcbc'), 0.7), hex('#2a2623'), line && word ? 0.75 : 0)
  }
  if (kind < 0.15) {
    const ring = Math.sin(v * 260 + 9 * noise.fbm(u * 3, v * 9, 3))
    return mixColour(mixColour(colour, hex('#b8773a'), 0.55), hex('#5a2f1a'), 0.5 * clamp(ring))
  }
  if (kind < 0.21) {
    const du = u * 46 - Math.floor(u * 46) - 0.5
    const dv = v * 46 - Math.floor(v * 46) - 0.5
    return du * du + dv * dv < 0.07 ? mixColour(colour, hex('#f5ead0'), 0.85) : colour
  }
  if (kind < 0.29) return Math.sin(v * 330) > 0.35 ? mixColour(colour, hex('#211b1a'), 0.6) : colour
  return colour
}
