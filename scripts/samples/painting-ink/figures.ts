/** What is written with the point of the brush: pines, moss, a pavilion, a boat, birds, bamboo. */
import { createRandom } from '../kit/random.ts'
import type { Random } from '../kit/random.ts'
import type { Field } from '../kit/raster.ts'
import { inkStroke } from './brush.ts'
import { ridgeAt } from './washes.ts'

const taper =
  (size: number) =>
  (t: number): number =>
    size * Math.pow(Math.sin(Math.PI * Math.min(0.98, t * 0.88 + 0.12)), 0.7)

function line(field: Field, path: readonly number[], size: number, density: number, dry = 0): void {
  inkStroke(field, { path, half: taper(size), density, dry, seed: Math.abs(path[0]! * 91 + path[1]! * 57) })
}

/** A flat fan of needles, as pines are written. */
function needles(field: Field, x: number, y: number, size: number, density: number, random: Random): void {
  const count = 15
  for (let k = 0; k < count; k++) {
    const angle = Math.PI * (1 + (k + random.range(-0.3, 0.3)) / (count - 1)) + random.range(-0.08, 0.08)
    const r = size * random.range(0.75, 1.1)
    const [tipX, tipY] = [x + Math.cos(angle) * r * 1.25, y + Math.sin(angle) * r * 0.75 + size * 0.12]
    inkStroke(field, {
      path: [x, y, tipX, tipY],
      half: (t) => 0.0014 * (1 - 0.75 * t),
      density: density * random.range(0.6, 1.1),
      dry: 0,
      seed: k,
    })
  }
}

/** A bough that bends as it grows and carries fans of needles. */
function bough(
  field: Field,
  from: readonly [number, number],
  angle: number,
  length: number,
  random: Random,
  density: number,
): void {
  let [x, y] = from
  let heading = angle
  const path = [x, y]
  const steps = 9
  for (let i = 0; i < steps; i++) {
    heading += random.range(-0.42, 0.42)
    heading += (angle - heading) * 0.35
    x += (Math.cos(heading) * length) / steps
    y += (Math.sin(heading) * length) / steps
    path.push(x, y)
    if (i > 1) {
      for (let n = 0; n < 2; n++) {
        const [fx, fy] = [x + random.normal() * length * 0.1, y - Math.abs(random.normal()) * length * 0.05]
        needles(field, fx, fy, random.range(0.017, 0.026), density * random.range(0.55, 1), random)
      }
    }
  }
  inkStroke(field, { path, half: (t) => length * 0.028 * (1 - t) + 0.0011, density, dry: 0.45, seed: angle })
}

const pineJoints = [
  0.085, 0.87, 0.1, 0.82, 0.13, 0.775, 0.135, 0.725, 0.165, 0.68, 0.21, 0.65, 0.225, 0.61, 0.215, 0.565,
]
/** Where on the trunk (of 60 steps) a bough grows, its angle and its length. */
const pineBoughs: readonly (readonly [number, number, number])[] = [
  [22, -0.12, 0.13],
  [28, 3.3, 0.13],
  [34, 0.12, 0.16],
  [40, -0.3, 0.13],
  [44, 3.42, 0.17],
  [50, 0.02, 0.19],
  [54, 3.2, 0.13],
  [58, -0.5, 0.1],
  [60, -2.2, 0.08],
  [60, -1.1, 0.07],
]

/** The middle of the trunk: it leaves every joint upright and bends between two. */
function pineTrunk(): number[] {
  const path: number[] = []
  for (let k = 0; k <= 60; k++) {
    const place = (k / 60) * (pineJoints.length / 2 - 1)
    const i = Math.min(pineJoints.length / 2 - 2, Math.floor(place))
    const t = place - i
    const s = t * t * (3 - 2 * t)
    path.push(
      pineJoints[i * 2]! + (pineJoints[i * 2 + 2]! - pineJoints[i * 2]!) * s,
      pineJoints[i * 2 + 1]! + (pineJoints[i * 2 + 3]! - pineJoints[i * 2 + 1]!) * t,
    )
  }
  return path
}

function writeBark(field: Field, trunk: readonly number[], random: Random): void {
  inkStroke(field, { path: trunk, half: (t) => 0.0165 * (1 - 0.72 * t), density: 0.75, dry: 0.72, seed: 3 })
  for (const side of [-1, 1]) {
    const path = trunk.map((value, i) =>
      i % 2 === 0 ? value + side * 0.0145 * (1 - 0.72 * (i / trunk.length)) : value,
    )
    inkStroke(field, { path, half: (t) => 0.0032 * (1 - 0.6 * t), density: 2.1, dry: 0.3, seed: side + 5 })
  }
  for (let k = 0; k < 46; k++) {
    const i = random.below(50) * 2
    const t = i / trunk.length
    const x = trunk[i]! + random.range(-0.011, 0.011) * (1 - 0.7 * t)
    const y = trunk[i + 1]!
    const r = 0.004 * (1 - 0.5 * t)
    const scale = [x - r, y, x - r * 0.4, y - r * 1.1, x + r * 0.7, y - r * 0.7, x + r, y + r * 0.3]
    line(field, scale, 0.0011, 1.5)
  }
}

/** The old pine of the foreground: a twisted trunk in dry strokes, scaly bark, wide boughs. */
function oldPine(field: Field): void {
  const random = createRandom(10301)
  const trunk = pineTrunk()
  writeBark(field, trunk, random)
  for (const [at, angle, length] of pineBoughs)
    bough(field, [trunk[at * 2]!, trunk[at * 2 + 1]!], angle, length, random, 2.4)
}

/** Small trees and dots of moss along a ridge. */
function dressRidge(
  field: Field,
  index: number,
  count: number,
  size: number,
  density: number,
  lowest: number,
): void {
  const random = createRandom(10310 + index)
  for (let k = 0; k < count; k++) {
    const x = random.range(-0.02, 0.77)
    const y = ridgeAt(index, x)
    if (y > lowest) continue
    if (random.next() < 0.6) {
      for (let n = 0; n < 4; n++) {
        const [dx, dy] = [random.normal() * size * 0.5, random.range(-0.2, 0.7) * size]
        line(
          field,
          [x + dx - size * 0.16, y + dy, x + dx + size * 0.16, y + dy + size * 0.03],
          size * 0.1,
          density * random.range(0.5, 1),
        )
      }
      continue
    }
    const tall = size * random.range(0.8, 1.7)
    line(field, [x, y + size * 0.1, x + random.range(-0.15, 0.15) * tall, y - tall], size * 0.06, density)
    for (let n = 0; n < 6; n++) {
      const up = y - tall * (0.3 + n * 0.13)
      const reach = tall * (0.42 - n * 0.05) * random.range(0.7, 1.2)
      line(
        field,
        [x - reach, up + reach * 0.12, x, up - reach * 0.06, x + reach, up + reach * 0.14],
        size * 0.07,
        density * random.range(0.6, 1),
      )
    }
  }
}

function pavilion(field: Field, x: number, y: number, size: number): void {
  const at = (points: readonly number[]): number[] =>
    points.map((value, i) => (i % 2 === 0 ? x + value * size : y + value * size))
  const roof = (dy: number, half: number): void => {
    line(
      field,
      at([-half, dy + 0.06, -half * 0.72, dy - 0.03, -half * 0.3, dy - 0.16, 0, dy - 0.3]),
      size * 0.035,
      1.7,
    )
    line(
      field,
      at([half, dy + 0.06, half * 0.72, dy - 0.03, half * 0.3, dy - 0.16, 0, dy - 0.3]),
      size * 0.035,
      1.7,
    )
    line(field, at([-half, dy + 0.06, 0, dy + 0.02, half, dy + 0.06]), size * 0.028, 1.5)
    inkStroke(field, {
      path: at([-half * 0.75, dy - 0.01, half * 0.75, dy - 0.01]),
      half: () => size * 0.05,
      density: 0.75,
      dry: 0.35,
      seed: dy + 2,
    })
  }
  for (const px of [-0.42, -0.16, 0.16, 0.42]) line(field, at([px, 0, px, 0.6]), size * 0.02, 1.5)
  roof(0, 0.72)
  roof(-0.3, 0.48)
  line(field, at([0, -0.58, 0, -0.78]), size * 0.025, 1.6)
  line(field, at([-0.7, 0.62, 0.72, 0.6]), size * 0.035, 1.4)
  line(field, at([-0.55, 0.46, 0.55, 0.46]), size * 0.012, 1.2)
}

function boat(field: Field, x: number, y: number, size: number): void {
  const at = (points: readonly number[]): number[] =>
    points.map((value, i) => (i % 2 === 0 ? x + value * size : y + value * size))
  line(field, at([-0.62, -0.09, -0.3, 0.03, 0.15, 0.05, 0.5, -0.02, 0.72, -0.14]), size * 0.045, 1.9)
  line(field, at([-0.62, -0.1, -0.1, -0.02, 0.35, -0.04, 0.72, -0.15]), size * 0.014, 1.4)
  inkStroke(field, {
    path: at([-0.28, -0.04, -0.22, -0.2, 0, -0.27, 0.2, -0.2, 0.26, -0.05]),
    half: () => size * 0.02,
    density: 1.6,
    dry: 0.2,
    seed: 7,
  })
  inkStroke(field, {
    path: at([-0.2, -0.1, 0.2, -0.1]),
    half: () => size * 0.085,
    density: 0.7,
    dry: 0.6,
    seed: 8,
  })
  line(field, at([0.5, -0.06, 0.48, -0.28]), size * 0.05, 1.5)
  line(field, at([0.36, -0.32, 0.48, -0.42, 0.6, -0.32]), size * 0.03, 1.9)
  line(field, at([0.4, -0.25, 0.68, -0.36, 1.15, -0.62]), size * 0.01, 1.5)
  line(field, at([1.15, -0.62, 1.18, -0.02]), size * 0.005, 0.8)
  for (let k = 0; k < 4; k++)
    line(field, at([-0.55 + k * 0.1, 0.1 + k * 0.045, 0.5 - k * 0.07, 0.11 + k * 0.045]), size * 0.012, 0.42)
}

function birds(field: Field): void {
  for (const [x, y, size] of [
    [0.47, 0.155, 0.02],
    [0.505, 0.14, 0.015],
    [0.535, 0.165, 0.017],
    [0.44, 0.135, 0.012],
  ] as const) {
    line(
      field,
      [
        x - size,
        y - size * 0.35,
        x - size * 0.4,
        y - size * 0.42,
        x,
        y,
        x + size * 0.45,
        y - size * 0.5,
        x + size,
        y - size * 0.3,
      ],
      0.0017,
      1.4,
    )
  }
}

function reeds(field: Field): void {
  const random = createRandom(10340)
  for (let k = 0; k < 70; k++) {
    const clump = random.next() < 0.6 ? 0.66 : 0.4
    const x = clump + random.normal() * 0.045
    const y = Math.max(ridgeAt(4, x), 0.9) + random.range(0, 0.03)
    const tall = random.range(0.03, 0.075)
    const lean = random.range(-0.5, 0.8) * tall
    inkStroke(field, {
      path: [x, y, x + lean * 0.2, y - tall * 0.55, x + lean, y - tall],
      half: (t) => 0.0022 * Math.sin(Math.PI * (0.15 + 0.85 * t)) + 0.0004,
      density: random.range(0.6, 1.8),
      dry: 0.1,
      seed: k,
    })
  }
}

/** Draws all of it into a field of optical densities. */
export function drawFigures(field: Field): void {
  dressRidge(field, 1, 40, 0.009, 0.55, 0.42)
  dressRidge(field, 2, 130, 0.014, 1.2, 0.45)
  dressRidge(field, 3, 90, 0.017, 1.25, 0.64)
  pavilion(field, 0.64, 0.515, 0.055)
  boat(field, 0.46, 0.765, 0.07)
  birds(field)
  dressRidge(field, 4, 60, 0.014, 1.8, 0.97)
  oldPine(field)
  reeds(field)
}
