/** The motif: a guitar, a bottle, a bowl of fruit and sheet music on a table by a window that looks out to sea. */
import { clamp, hex, mix, mixColour, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'

/** A thing at a place: its name for outlines, its plain colour, and where light falls on it (0 shade, 1 light). */
export interface Thing {
  readonly name: number
  readonly colour: Colour
  readonly light: number
}

const noise = createNoise(11101)
const thing = (name: number, colour: Colour, light = 0.5): Thing => ({ name, colour, light: clamp(light) })

const guitarTurn = -0.62
const guitarAt = [0.565, 0.6] as const

/** Half width of the guitar's body along its axis; 0 outside. */
function bodyHalf(t: number): number {
  const lower = 0.205 * Math.sqrt(Math.max(0, 1 - ((t + 0.1) / 0.185) ** 2))
  const upper = 0.158 * Math.sqrt(Math.max(0, 1 - ((t - 0.135) / 0.135) ** 2))
  const waist = 0.118 * smoothstep(-0.2, -0.1, t) * smoothstep(0.24, 0.1, t)
  return Math.max(lower, upper, waist)
}

function guitar(x: number, y: number): Thing | null {
  const dx = x - guitarAt[0]
  const dy = y - guitarAt[1]
  const along = dx * Math.cos(guitarTurn) + dy * Math.sin(guitarTurn)
  const across = dy * Math.cos(guitarTurn) - dx * Math.sin(guitarTurn)
  if (along > 0.1 && along < 0.53 && Math.abs(across) < 0.026) {
    const fret = Math.abs((along * (1 + along) * 30) % 1) < 0.1
    const string = Math.abs((((across / 0.052 + 0.5) * 6) % 1) - 0.5) < 0.09
    if (along > 0.44) return thing(12, string ? hex('#e8d9b0') : hex('#6b2f1f'), 0.5 - across * 14)
    return thing(11, string ? hex('#efe0b8') : fret ? hex('#c9a24a') : hex('#2c1a17'), 0.5)
  }
  const half = bodyHalf(along)
  if (Math.abs(across) > half) return null
  if (Math.abs(across) > half - 0.016) return thing(14, hex('#4a1f16'), 0.3 - across * 2)
  const hole = Math.hypot(along - 0.055, across)
  if (hole < 0.056) return thing(15, hex('#17100f'), 0.2)
  if (hole < 0.072)
    return thing(
      16,
      Math.sin(Math.atan2(across, along - 0.055) * 22) > 0 ? hex('#f0dfae') : hex('#a8321f'),
      0.6,
    )
  if (along > -0.155 && along < -0.128 && Math.abs(across) < 0.07) return thing(17, hex('#2c1a17'), 0.4)
  if (Math.abs(across) < 0.024 && along > -0.14 && Math.abs((((across / 0.048 + 0.5) * 6) % 1) - 0.5) < 0.07)
    return thing(10, hex('#fff2cf'), 0.9)
  const grain = noise.fbm(along * 4, across * 60, 3)
  const burst = smoothstep(0.35, 1, Math.abs(across) / (half + 1e-6))
  const wood = mixColour(hex('#eaa23e'), hex('#b4491f'), clamp(burst * 0.9 + 0.16 * grain))
  return thing(10, wood, 0.55 - across * 1.6 + 0.5 * along)
}

function bottle(x: number, y: number): Thing | null {
  const t = (y - 0.16) / 0.53
  if (t < 0 || t > 1) return null
  const half = mix(0.021, 0.068, smoothstep(0.26, 0.46, t)) + (t < 0.045 ? 0.006 : 0)
  const side = (x - 0.225) / half
  if (Math.abs(side) > 1) return null
  if (t < 0.1) return thing(21, hex('#a8321f'), 0.5 - side * 0.4)
  if (t > 0.58 && t < 0.83) {
    const print = Math.abs((((t - 0.6) * 34) % 1) - 0.5) < 0.16 && Math.abs(side) < 0.62
    const seal = Math.hypot(side * 0.068, (t - 0.66) * 0.53) < 0.024
    return thing(22, seal ? hex('#c2402a') : print ? hex('#6a5a48') : hex('#efe2c0'), 0.6 - side * 0.4)
  }
  const shine = smoothstep(0.18, 0, Math.abs(side + 0.5)) * 0.5
  return thing(20, mixColour(hex('#1f4a3a'), hex('#7fb08a'), shine), 0.45 - side * 0.5)
}

const fruits: readonly (readonly [number, number, number, string])[] = [
  [0.19, 0.775, 0.062, '#e2812a'],
  [0.31, 0.785, 0.056, '#c2342a'],
  [0.25, 0.735, 0.058, '#e8b93a'],
  [0.365, 0.765, 0.044, '#7f9a3a'],
  [0.13, 0.79, 0.042, '#7a3a6a'],
]

function fruitBowl(x: number, y: number): Thing | null {
  const bowl = (y - 0.81) / 0.1
  if (bowl > 0 && bowl < 1 && Math.abs(x - 0.25) < 0.19 * Math.sqrt(1 - bowl * bowl * 0.82)) {
    const stripe = Math.abs(bowl - 0.3) < 0.08
    return thing(31, stripe ? hex('#2f5f9a') : hex('#ece6d8'), 0.7 - (x - 0.25) * 2.6)
  }
  for (let i = 0; i < fruits.length; i++) {
    const [cx, cy, r, code] = fruits[i]!
    const u = (x - cx) / r
    const v = (y - cy) / r
    if (u * u + v * v < 1) return thing(32 + i, hex(code), 0.55 - 0.42 * u - 0.5 * v)
  }
  return null
}

function sheetMusic(x: number, y: number): Thing | null {
  const dx = x - 0.735
  const dy = y - 0.845
  const u = dx * Math.cos(0.3) + dy * Math.sin(0.3)
  const v = dy * Math.cos(0.3) - dx * Math.sin(0.3)
  if (Math.abs(u) > 0.19 || Math.abs(v) > 0.105) return null
  const staff = (v + 0.105) / 0.07
  const inStaff = staff - Math.floor(staff)
  const line = inStaff > 0.15 && inStaff < 0.75 && Math.abs((((inStaff - 0.15) / 0.15) % 1) - 0.5) > 0.36
  const note = noise.cell(u * 34 + 9, Math.floor(staff) * 5.3 + 2)
  const head = Math.hypot((note.near - 0.1) * 0.6, inStaff - 0.2 - 0.5 * note.id) < 0.085
  return thing(40, head || (line && Math.abs(u) < 0.175) ? hex('#2a2420') : hex('#f3e8cc'), 0.7 - v * 2)
}

function glassCup(x: number, y: number): Thing | null {
  const t = (y - 0.52) / 0.2
  if (t < 0 || t > 1) return null
  const half = t < 0.55 ? 0.055 - 0.03 * t * t : t < 0.92 ? 0.007 : 0.042
  const side = (x - 0.405) / half
  if (Math.abs(side) > 1) return null
  const wine = t > 0.2 && t < 0.52
  return thing(
    50,
    wine
      ? hex('#8a1f33')
      : mixColour(hex('#a9c4cc'), hex('#eef4f0'), smoothstep(0.3, 0, Math.abs(side + 0.4))),
    0.6 - side * 0.4,
  )
}

function windowView(x: number, y: number): Thing | null {
  if (x < 0.53 || x > 0.95 || y > 0.43) return null
  const bar = Math.abs(x - 0.74) < 0.011 || Math.abs(y - 0.2) < 0.01 || x < 0.552 || x > 0.928 || y > 0.41
  if (bar) return thing(61, hex('#efe6d2'), 0.8)
  const sail = (0.29 - y) / 0.14
  if (sail > 0 && sail < 1 && x - 0.835 < 0.055 * (1 - sail) && x > 0.835)
    return thing(64, hex('#fbf4e2'), 0.9)
  if (y > 0.27)
    return thing(
      62,
      mixColour(hex('#2f7fae'), hex('#174a7a'), (y - 0.27) / 0.14),
      0.5 + 0.5 * Math.sin(y * 300 + x * 20),
    )
  if (Math.hypot(x - 0.64, y - 0.1) < 0.042) return thing(65, hex('#f6c544'), 1)
  return thing(63, mixColour(hex('#6fb0d6'), hex('#f0dcb4'), smoothstep(0.02, 0.27, y)), 0.6)
}

function room(x: number, y: number): Thing {
  const edge = 0.655 + 0.03 * x
  if (y > edge) {
    const cloth = x < 0.52 - (y - edge) * 0.5 && y < 0.985 - x * 0.09
    if (cloth) {
      const check = (Math.floor((x + y * 0.4) * 15) + Math.floor((y - x * 0.2) * 15)) % 2 === 0
      return thing(71, check ? hex('#dfe4e2') : hex('#8fb0bd'), 0.6)
    }
    const grain = noise.fbm(x * 3, (y + 0.1 * x) * 40, 4)
    return thing(70, mixColour(hex('#9a5a2c'), hex('#5f3220'), clamp(0.45 + 0.7 * grain)), 0.5)
  }
  if (x > 0.95 || x < 0.06) return thing(81, hex('#a33b2a'), 0.5 + 0.4 * Math.sin(x * 160))
  const paper = noise.cell(x * 15, y * 15)
  const sprig = paper.near < 0.2
  return thing(
    80,
    sprig ? hex('#b8622f') : x < 0.53 ? hex('#d99a5a') : hex('#c98048'),
    0.5 + 0.35 * (0.5 - x),
  )
}

/** What the painter sees at a place; x and y in [0, 1]. */
export function thingAt(x: number, y: number): Thing {
  return (
    fruitBowl(x, y) ??
    glassCup(x, y) ??
    bottle(x, y) ??
    guitar(x, y) ??
    sheetMusic(x, y) ??
    windowView(x, y) ??
    room(x, y)
  )
}
