/** The motif: a storm of light over a bay. Where things are, their colours, and which way the brush follows them. */
import { clamp, createGradient, hex, mix, mixColour, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'

/** Coordinates are in picture heights, y down; the picture is 1.25 wide. */
export const aspect = 1.25

export type Region = 'sky' | 'sun' | 'sea' | 'far' | 'field' | 'grass' | 'tree' | 'trunk' | 'house' | 'roof'

const noise = createNoise(6101)
const sun = { x: 0.47, y: 0.335, radius: 0.075 }

interface Whirl {
  readonly x: number
  readonly y: number
  readonly strength: number
  readonly reach: number
}

const whirls: readonly Whirl[] = [
  { x: 0.13, y: 0.2, strength: 1, reach: 0.17 },
  { x: 0.86, y: 0.17, strength: -1.2, reach: 0.2 },
  { x: 1.2, y: 0.4, strength: 0.8, reach: 0.13 },
  { x: 0.22, y: 0.47, strength: -0.5, reach: 0.09 },
  { x: 0.62, y: 0.04, strength: 0.6, reach: 0.1 },
]

const crowns = [
  [1.02, 0.5, 0.085],
  [1.12, 0.46, 0.09],
  [0.94, 0.545, 0.06],
  [1.07, 0.57, 0.08],
  [1.17, 0.55, 0.075],
  [0.9, 0.6, 0.04],
] as const

export const horizon = 0.565
const farLand = (x: number): number =>
  horizon - 0.05 * smoothstep(0.25, 0, x) - 0.035 * smoothstep(0.7, 1.2, x) + 0.008 * noise.fbm(x * 9, 3, 3)
const fieldEdge = (x: number): number =>
  0.695 + 0.055 * Math.sin(x * 3.4 + 0.6) - 0.09 * smoothstep(0.55, 1.2, x)
const grassEdge = (x: number): number => 0.87 + 0.05 * Math.sin(x * 4.3 + 2.2) + 0.03 * x

function onTrunk(x: number, y: number): boolean {
  const bend = 1.035 + 0.09 * (y - 0.56) + 0.35 * (y - 0.66) ** 2
  return y > 0.56 && y < 0.735 && Math.abs(x - bend) < 0.013 + 0.12 * Math.max(0, y - 0.7) ** 1.2
}

export function regionAt(x: number, y: number): Region {
  for (const [cx, cy, r] of crowns) {
    if (Math.hypot(x - cx, (y - cy) * 1.15) < r * (1 + 0.28 * noise.fbm(x * 16, y * 16, 2))) return 'tree'
  }
  if (onTrunk(x, y)) return 'trunk'
  if (x > 0.165 && x < 0.285 && y > 0.665 && y < 0.745) return 'house'
  if (y > 0.61 && y < 0.668 && Math.abs(x - 0.225) < 0.02 + (y - 0.605) * 0.95) return 'roof'
  if (y > grassEdge(x)) return 'grass'
  if (y > fieldEdge(x)) return 'field'
  if (y > horizon) return 'sea'
  if (y > farLand(x)) return 'far'
  return Math.hypot(x - sun.x, y - sun.y) < sun.radius ? 'sun' : 'sky'
}

/** Strength and angle of what turns around at a place of the sky. */
function skyFlow(x: number, y: number): number {
  let vx = 0.75 + 0.25 * noise.at(x * 2, y * 2)
  let vy = 0.5 * Math.sin(x * 5 + 2.5 * y + noise.at(x * 1.7, y * 2.3)) * (1 - smoothstep(0.35, 0.56, y))
  for (const whirl of whirls) {
    const dx = x - whirl.x
    const dy = y - whirl.y
    const weight = (4.2 * whirl.strength * Math.exp(-((dx * dx + dy * dy) / whirl.reach ** 2))) / whirl.reach
    // A slight pull to the middle turns the circles into spirals.
    vx += weight * (-dy - 0.16 * dx)
    vy += weight * (dx - 0.16 * dy)
  }
  const dx = x - sun.x
  const dy = y - sun.y
  const near = Math.exp(-((Math.hypot(dx, dy) / 0.19) ** 3))
  const ring = Math.atan2(dx, -dy)
  return Math.atan2(mix(vy, Math.sin(ring), near), mix(vx, Math.cos(ring), near))
}

/** The way the brush goes, in radians; half turns do not matter. */
export function flowAt(x: number, y: number): number {
  switch (regionAt(x, y)) {
    case 'sky':
    case 'sun':
      return skyFlow(x, y)
    case 'sea':
      return 0.16 * Math.sin(x * 22 + y * 60) + 0.1 * noise.at(x * 6, y * 20)
    case 'far':
      return 0.5 * Math.cos(x * 8)
    case 'field':
      return (
        -0.35 + 0.55 * Math.sin(x * 5 + y * 9) + 0.35 * noise.at(x * 5, y * 7) - 0.5 * smoothstep(0.7, 1.2, x)
      )
    case 'grass':
      return -1.25 + 0.6 * Math.sin(x * 7 + y * 4) + 0.4 * noise.at(x * 8, y * 8)
    case 'tree': {
      let best = 9
      let angle = 0
      for (const [cx, cy, r] of crowns) {
        const distance = Math.hypot(x - cx, y - cy) / r
        if (distance < best) {
          best = distance
          angle = Math.atan2(y - cy, x - cx) + Math.PI / 2 + 0.5
        }
      }
      return angle
    }
    case 'trunk':
      return 1.75
    case 'house':
      return Math.PI / 2
    case 'roof':
      return x < 0.225 ? -0.8 : 0.8
  }
}

const skyTone = createGradient([
  [0, '#0f1c4d'],
  [0.2, '#1b3a86'],
  [0.38, '#2f66b0'],
  [0.48, '#5f9cc4'],
  [0.565, '#b9d3b4'],
])
const haloTone = createGradient([
  [0, '#fffbe0'],
  [0.07, '#ffe36a'],
  [0.1, '#f6b62e'],
  [0.14, '#ffe27e'],
  [0.19, '#dfe68a'],
  [0.25, '#8fd0b4'],
  [0.34, '#3f8fd0'],
])

function skyColour(x: number, y: number): Colour {
  let colour = skyTone(y + 0.05 * noise.fbm(x * 4, y * 4, 3))
  for (const whirl of whirls) {
    const dx = x - whirl.x
    const dy = y - whirl.y
    const distance = Math.hypot(dx, dy)
    const arm =
      0.5 + 0.5 * Math.sin((distance / whirl.reach) * 11 - Math.atan2(dy, dx) * Math.sign(whirl.strength) * 2)
    const near = Math.exp(-((distance / whirl.reach / 1.15) ** 2))
    const light = mixColour(hex('#bfe0f0'), hex('#fbe27a'), Math.exp(-0.9 * (distance / whirl.reach)))
    colour = mixColour(colour, light, near * smoothstep(0.25, 1, arm) * 0.85)
    colour = mixColour(colour, hex('#16306f'), near * (1 - arm) * 0.6)
  }
  const streak = smoothstep(0.1, 0.6, Math.sin(y * 52 + 7 * noise.fbm(x * 2.2, y * 3, 3)))
  colour = mixColour(colour, hex('#9fd4ea'), 0.3 * streak * smoothstep(0.05, 0.4, y))
  const fromSun = Math.hypot(x - sun.x, y - sun.y)
  const band = 0.5 + 0.5 * Math.sin(fromSun * 95)
  const halo = smoothstep(0.34, 0.06, fromSun) * (0.62 + 0.38 * band)
  return mixColour(colour, haloTone(fromSun), halo)
}

function seaColour(x: number, y: number): Colour {
  const depth = (y - horizon) / 0.16
  const wave = Math.sin(y * 190 + 5 * noise.fbm(x * 5, y * 14, 3))
  const base = mixColour(hex('#4f93b5'), hex('#123a78'), clamp(depth + 0.35 * wave))
  const path = Math.exp(-(((x - sun.x) / (0.05 + 0.14 * depth)) ** 2))
  return mixColour(base, hex('#ffe27c'), clamp(path * (0.6 + 0.6 * wave)))
}

function fieldColour(x: number, y: number): Colour {
  const wind = 0.5 + 0.5 * Math.sin(x * 11 + y * 30 + 4 * noise.fbm(x * 3, y * 5, 3))
  const warm = mixColour(hex('#b8741c'), hex('#f4cf52'), wind)
  const deep = mixColour(warm, hex('#7d5a1e'), 0.5 * smoothstep(0.78, 0.92, y))
  const edge = smoothstep(0.03, 0, y - fieldEdge(x))
  return mixColour(deep, hex('#f8e48c'), 0.6 * edge)
}

function grassColour(x: number, y: number): Colour {
  const flower = noise.cell(x * 38, y * 38)
  if (flower.near < 0.27 && flower.id > 0.3) {
    if (flower.id > 0.75) return hex('#f7edc9')
    return flower.id > 0.5 ? hex('#d8321f') : hex('#ef7a2a')
  }
  const tone = clamp(0.5 + 0.9 * noise.fbm(x * 7, y * 12, 3))
  const light = smoothstep(0.5, 0.95, Math.sin(x * 14 + y * 32 + 3 * noise.at(x * 5, y * 5)))
  const green = mixColour(mixColour(hex('#123a3a'), hex('#4c8a2f'), tone), hex('#b9c23f'), 0.55 * light)
  return mixColour(green, hex('#d9c24a'), 0.6 * smoothstep(0.04, 0, y - grassEdge(x)))
}

function houseColour(x: number, y: number): Colour {
  if (Math.abs(x - 0.262) < 0.011 && y > 0.7) return hex('#2a4a86')
  if (Math.abs(x - 0.215) < 0.013 && Math.abs(y - 0.702) < 0.012) return hex('#25406f')
  return x < 0.192 ? hex('#8ea4c4') : hex('#fbf0cd')
}

/** The colour that the painter sees at a place. */
export function colourAt(x: number, y: number): Colour {
  switch (regionAt(x, y)) {
    case 'sun':
      return mixColour(hex('#fff7cf'), hex('#ffd84a'), Math.hypot(x - sun.x, y - sun.y) / sun.radius)
    case 'sky':
      return skyColour(x, y)
    case 'sea':
      return seaColour(x, y)
    case 'far':
      return mixColour(hex('#2f4f86'), hex('#6f8fae'), clamp(0.5 + noise.fbm(x * 12, y * 30, 3)))
    case 'field':
      return fieldColour(x, y)
    case 'grass':
      return grassColour(x, y)
    case 'tree': {
      const light = clamp(0.5 + 1.1 * noise.fbm(x * 20, y * 20, 2) + 2.2 * (1 - x) - 1.6 * (y - 0.5))
      return mixColour(hex('#0e2a35'), mixColour(hex('#2f6a3e'), hex('#d8c545'), light * light), light)
    }
    case 'trunk':
      return mixColour(hex('#3a2418'), hex('#8a5a2c'), clamp(0.5 + noise.at(x * 120, y * 8)))
    case 'house':
      return houseColour(x, y)
    case 'roof':
      return mixColour(hex('#c24f22'), hex('#e88a3a'), clamp(0.5 + noise.at(x * 60, y * 60)))
  }
}
