/** The motif: two breakers over a small boat, rocks with pines on the horizon, a red sun behind bars of cloud. */
import { smoothstep } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import { createRandom } from '../kit/random.ts'
import type { Random } from '../kit/random.ts'
import { createDrawing, curveThrough, cutDisc, cutLine, cutPolygon, cutSheet, inkIndex } from './block.ts'
import type { Drawing, Point } from './block.ts'
import { cutBoat } from './boat.ts'
import { cutWave, waterInk } from './waves.ts'
import type { Wave } from './waves.ts'

/** Width over height. */
export const aspect = 1.42

const noise = createNoise(8201)
const horizon = 0.6

const greatWave: Wave = {
  outer: [
    [-0.2, 0.86],
    [-0.06, 0.6],
    [0.07, 0.4],
    [0.2, 0.25],
    [0.34, 0.165],
    [0.48, 0.135],
    [0.61, 0.16],
    [0.705, 0.235],
    [0.745, 0.345],
  ],
  inner: [
    [0.98, 0.98],
    [0.8, 0.9],
    [0.64, 0.8],
    [0.53, 0.68],
    [0.48, 0.55],
    [0.5, 0.43],
    [0.57, 0.355],
    [0.66, 0.33],
    [0.745, 0.345],
  ],
  bands: 15,
  foam: 1,
  seed: 2,
  side: 1,
}

const answer: Wave = {
  outer: [
    [1.62, 0.86],
    [1.5, 0.7],
    [1.4, 0.6],
    [1.3, 0.535],
    [1.21, 0.52],
    [1.13, 0.56],
    [1.1, 0.63],
  ],
  inner: [
    [0.95, 0.97],
    [1.08, 0.92],
    [1.2, 0.85],
    [1.27, 0.77],
    [1.27, 0.69],
    [1.2, 0.635],
    [1.1, 0.63],
  ],
  bands: 11,
  foam: 0.62,
  seed: 4,
  side: -1,
}

function cutSky(drawing: Drawing): void {
  drawing.ink.fill(inkIndex('sky'))
  cutDisc(drawing, 1.02, 0.315, 0.115, () => 'red')
  const bars: readonly (readonly [number, number, number, number])[] = [
    [0.78, 1.12, 0.345, 0.011],
    [0.93, 1.33, 0.382, 0.014],
    [1.05, 1.24, 0.3, 0.008],
    [0.84, 0.99, 0.42, 0.007],
    [1.12, 1.4, 0.245, 0.009],
    [0.02, 0.2, 0.17, 0.009],
    [0.06, 0.33, 0.115, 0.012],
    [0.86, 1.12, 0.1, 0.011],
    [0.98, 1.3, 0.065, 0.008],
  ]
  for (const [from, to, y, half] of bars) {
    const line: Point[] = Array.from({ length: 40 }, (_, k) => [
      from + ((to - from) * k) / 39,
      y + 0.003 * Math.sin(k * 0.4 + from * 9),
    ])
    const taper = (t: number): number =>
      half * Math.pow(Math.sin(Math.PI * Math.min(0.985, Math.max(0.015, t))), 0.45)
    cutLine(drawing, line, (t) => taper(t) + 0.0022, 'stone')
    cutLine(drawing, line, taper, 'paper')
  }
}

function cutFarSea(drawing: Drawing): void {
  const frame: Point[] = [
    [-0.1, horizon],
    [aspect + 0.1, horizon],
    [aspect + 0.1, 1.1],
    [-0.1, 1.1],
  ]
  cutPolygon(drawing, frame, (x, y) => {
    const depth = (y - horizon) / 0.4
    const rows = Math.sqrt(depth) * 30
    const lift =
      0.75 * Math.sin(x * (26 - depth * 12) + Math.floor(rows) * 1.9) + 0.5 * noise.at(x * 9, rows * 0.7)
    const place = rows + lift
    const within = place - Math.floor(place)
    if (within < 0.16 + 0.1 * noise.at(x * 30, Math.floor(place) * 3)) return 'key'
    const crest = smoothstep(0.35, 0.9, Math.sin(x * (26 - depth * 12) + Math.floor(place) * 1.9 + 1.4))
    if (within < 0.2 + 0.42 * crest) return 'paper'
    return Math.floor(place) % 3 === 0 ? 'light' : within > 0.72 ? 'pale' : 'middle'
  })
}

function cutRock(drawing: Drawing, x: number, width: number, height: number, seed: number): void {
  const top = (u: number): number => {
    const body = Math.pow(1 - Math.pow(Math.abs(2 * u - 1), 2.6), 0.7)
    return horizon + 0.008 - height * body * (0.78 + 0.42 * noise.fbm(u * 3.5 + seed, seed, 4))
  }
  const outline: Point[] = Array.from({ length: 90 }, (_, k) => [x + (width * k) / 89, top(k / 89)])
  cutPolygon(drawing, outline, (px, py) => {
    const u = (px - x) / width
    const down = (py - top(u)) / height
    const face = noise.fbm(u * 5 + seed * 3, py * 9, 3)
    const hatch = (px * 62 + py * 20 + 1.3 * face) % 1
    const dark = 0.22 + 0.55 * smoothstep(0.15, 0.95, u + 0.5 * face) + 0.25 * down
    if (Math.abs(hatch - 0.5) * 2 < dark * 0.75) return 'key'
    return down < 0.16 + 0.1 * face ? 'ochre' : 'stone'
  })
  cutLine(drawing, outline, () => 0.0022, 'key')
  const random = createRandom(seed)
  for (let k = 0; k < 7; k++) {
    const u = random.range(0.2, 0.8)
    cutPine(drawing, [x + width * u, top(u)], random)
  }
}

function cutPine(drawing: Drawing, [rootX, rootY]: Point, random: Random): void {
  const tall = random.range(0.02, 0.05)
  const lean = random.range(-0.02, 0.03)
  const trunk: Point[] = [
    [rootX, rootY],
    [rootX + lean * 0.6, rootY - tall * 0.6],
    [rootX + lean, rootY - tall],
  ]
  cutLine(drawing, trunk, (t) => 0.0022 - 0.0012 * t, 'key')
  for (let n = 0; n < 4; n++) {
    const t = 0.4 + n * 0.2
    const reach = random.range(0.008, 0.018) * (1.3 - t * 0.6)
    const [cx, cy] = [rootX + lean * t, rootY - tall * t]
    const bough: Point[] = [
      [cx - reach, cy + 0.002],
      [cx, cy - 0.003],
      [cx + reach, cy + 0.001],
    ]
    cutLine(drawing, bough, (s) => 0.0035 * Math.sin(Math.PI * s) + 0.001, 'key')
  }
}

function cutBirds(drawing: Drawing): void {
  for (const [x, y, size] of [
    [0.86, 0.2, 0.03],
    [0.92, 0.165, 0.022],
    [0.82, 0.15, 0.018],
    [1.21, 0.16, 0.024],
    [1.26, 0.19, 0.016],
  ] as const) {
    const wings = curveThrough(
      [
        [x - size, y - size * 0.42],
        [x - size * 0.45, y - size * 0.5],
        [x, y],
        [x + size * 0.5, y - size * 0.42],
        [x + size, y - size * 0.22],
      ],
      30,
    )
    cutLine(drawing, wings, (t) => 0.0034 * Math.pow(Math.sin(Math.PI * t), 0.8) + 0.0006, 'key')
  }
}

function cutForeground(drawing: Drawing): void {
  const crest = curveThrough(
    [
      [-0.1, 0.86],
      [0.12, 0.815],
      [0.36, 0.87],
      [0.6, 0.94],
      [0.86, 0.93],
      [1.1, 0.885],
      [1.3, 0.87],
      [1.55, 0.91],
    ],
    220,
  )
  const floor: Point[] = crest.map(([x]) => [x + 0.05, 1.22])
  cutSheet(drawing, crest, floor, (t, v) => waterInk(t * 1.3, v + 0.03 * Math.sin(t * 12), 9, 7))
  cutLine(drawing, crest, (t) => 0.0032 + 0.0012 * Math.sin(t * 11), 'key')
}

/** Draws the whole picture. */
export function drawMotif(widthPx: number, heightPx: number): Drawing {
  const drawing = createDrawing(widthPx, heightPx)
  cutSky(drawing)
  cutBirds(drawing)
  cutRock(drawing, 0.76, 0.12, 0.13, 5)
  cutRock(drawing, 0.86, 0.2, 0.085, 8)
  cutFarSea(drawing)
  cutWave(drawing, answer)
  cutBoat(drawing)
  cutWave(drawing, greatWave)
  cutForeground(drawing)
  return drawing
}
