/** Waves: a sheet of water that sweeps up and curls over, foam with claws along its lip, spray. */
import { clamp, mix, smoothstep } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import { createRandom } from '../kit/random.ts'
import type { Random } from '../kit/random.ts'
import { cutDisc, cutLine, cutSheet, curveThrough } from './block.ts'
import type { Drawing, Ink, Point } from './block.ts'

export interface Wave {
  /** From the foot of the back over the crest to the tip. */
  readonly outer: readonly Point[]
  /** From the foot of the face through the hollow to the tip. */
  readonly inner: readonly Point[]
  readonly bands: number
  readonly foam: number
  readonly seed: number
  /** 1 curls to the right, -1 to the left. */
  readonly side: 1 | -1
}

const noise = createNoise(8101)

/** Broad bands of colour that sweep along the wave, each edged by the key line and engraved with finer ones. */
export function waterInk(t: number, v: number, bands: number, seed: number): Ink {
  const wander = 0.02 * noise.fbm(t * 5 + seed * 7, v * 3, 3)
  const place = (v + wander) * bands
  const band = Math.floor(place)
  const within = place - band
  const edge = Math.min(within, 1 - within)
  const swell = 0.085 + 0.06 * noise.at(t * 7 + band * 3.1, band + seed) + 0.03 * Math.sin(t * 9 + band)
  if (edge < swell) return 'key'
  const order: readonly Ink[] = ['middle', 'light', 'paper', 'middle', 'pale', 'light']
  const base = order[(band + seed) % order.length]!
  // Tapered cuts inside the band: they open where the form turns to the light.
  const fine = within * 5
  const line = Math.abs(fine - Math.floor(fine) - 0.5) * 2
  const dash = noise.fbm(t * 15 + band * 5.3 + Math.floor(fine) * 2.7, band * 1.7 + seed, 2)
  const open = smoothstep(-0.25, 0.5, dash) * (base === 'paper' ? 0.28 : 0.4)
  if (line > 1 - open)
    return base === 'middle' ? 'pale' : base === 'paper' ? 'light' : base === 'light' ? 'paper' : 'middle'
  return base
}

function curlClaw(
  drawing: Drawing,
  start: Point,
  heading: number,
  length: number,
  side: number,
  random: Random,
  pass: 'edge' | 'body',
): void {
  let [x, y] = start
  let angle = heading
  const steps = 14
  const bend = side * random.range(0.1, 0.2)
  const thick = length * random.range(0.15, 0.22)
  for (let i = 0; i <= steps; i++) {
    const t = i / steps
    const radius = thick * Math.pow(1 - t, 0.7) + 0.0012
    cutDisc(drawing, x, y, pass === 'edge' ? radius + 0.0028 : radius, () =>
      pass === 'edge' ? 'key' : 'paper',
    )
    x += (Math.cos(angle) * length) / steps
    y += (Math.sin(angle) * length) / steps
    angle += bend * (0.4 + t)
  }
}

/** Foam along the lip. It is drawn twice with the same chances: first a rim in the key ink, then the white of the paper. */
function cutFoam(drawing: Drawing, wave: Wave, outer: readonly Point[]): void {
  const count = Math.round(150 * wave.foam)
  const heading = (i: number): number => {
    const [a, b] = [outer[Math.max(0, i - 2)]!, outer[Math.min(outer.length - 1, i + 2)]!]
    return Math.atan2(b[1] - a[1], b[0] - a[0])
  }
  for (const pass of ['edge', 'body'] as const) {
    const random = createRandom(wave.seed * 31 + 5)
    for (let k = 0; k < count; k++) {
      const t = mix(0.38, 1, Math.pow(random.next(), 0.75))
      const i = Math.round(t * (outer.length - 1))
      const [x, y] = outer[i]!
      const size = wave.foam * (0.35 + 0.65 * t) * random.range(0.6, 1.3)
      const inwards = random.range(-0.012, 0.035) * wave.foam
      const along = heading(i)
      // The claws lean from the way the crest runs towards the way it falls.
      const lean = along + wave.side * (random.range(-0.25, 1.15) - 0.3 * (1 - t))
      const from: Point = [x - wave.side * Math.sin(along) * inwards, y + Math.abs(Math.cos(along)) * inwards]
      curlClaw(drawing, from, lean, 0.062 * size, wave.side, random, pass)
      for (let n = 0; n < 2; n++) {
        const knob = 0.011 * size * random.range(0.6, 1.2)
        const px = from[0] + random.normal() * 0.012 * wave.foam
        const py = from[1] + random.normal() * 0.009 * wave.foam
        cutDisc(drawing, px, py, pass === 'edge' ? knob + 0.0028 : knob, () =>
          pass === 'edge' ? 'key' : 'paper',
        )
      }
    }
  }
}

/** Pools of pale blue with their own rim inside the white of the foam. */
function shadeFoam(drawing: Drawing, wave: Wave, outer: readonly Point[]): void {
  const random = createRandom(wave.seed * 77 + 3)
  for (let k = 0; k < 70 * wave.foam; k++) {
    const t = random.range(0.42, 0.98)
    const [x, y] = outer[Math.round(t * (outer.length - 1))]!
    const radius = wave.foam * random.range(0.0025, 0.0075)
    const px = x + random.normal() * 0.014 * wave.foam - wave.side * 0.006
    const py = y + Math.abs(random.normal()) * 0.018 * wave.foam
    cutDisc(drawing, px, py, radius, () => (random.next() < 2 ? 'light' : null))
    cutDisc(drawing, px - radius * 0.25, py - radius * 0.3, radius * 0.72, () => 'paper')
  }
}

function cutSpray(drawing: Drawing, wave: Wave, outer: readonly Point[]): void {
  const random = createRandom(wave.seed * 13 + 9)
  for (let k = 0; k < 190 * wave.foam; k++) {
    const t = mix(0.45, 1, random.next())
    const [x, y] = outer[Math.round(t * (outer.length - 1))]!
    const away = Math.pow(random.next(), 1.7) * 0.17 * wave.foam
    const angle = -Math.PI / 2 + wave.side * mix(-0.5, 1.7, t) + random.normal() * 0.35
    const radius = clamp(0.0052 * wave.foam * Math.pow(random.next(), 2.2), 0.0009, 0.006)
    const [px, py] = [x + Math.cos(angle) * (away + 0.02), y + Math.sin(angle) * (away + 0.02)]
    if (radius > 0.0022) cutDisc(drawing, px, py, radius + 0.0018, () => 'key')
    cutDisc(drawing, px, py, radius, () => 'paper')
  }
}

/** Cuts one wave with its foam. */
export function cutWave(drawing: Drawing, wave: Wave): void {
  const outer = curveThrough(wave.outer, 260)
  const inner = curveThrough(wave.inner, 260)
  cutSheet(drawing, outer, inner, (t, v) => {
    // Shadow in the hollow: the bands close up and darken towards the inner curve.
    const ink = waterInk(t, v, wave.bands, wave.seed)
    const hollow = smoothstep(0.55, 0.95, t) * smoothstep(0.45, 1, v)
    if (hollow > 0.5 && (ink === 'pale' || ink === 'paper')) return 'light'
    return hollow > 0.75 && ink === 'light' ? 'middle' : ink
  })
  cutLine(drawing, outer, (t) => 0.0024 + 0.0012 * Math.sin(t * 9), 'key')
  cutLine(drawing, inner, (t) => 0.0026 + 0.001 * Math.sin(t * 7 + 1), 'key')
  if (wave.foam <= 0) return
  cutSpray(drawing, wave, outer)
  cutFoam(drawing, wave, outer)
  shadeFoam(drawing, wave, outer)
}
