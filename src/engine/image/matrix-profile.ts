import { linearToSrgb, readCurve } from './colour.ts'
import type { ColourProfile } from './colour.ts'
import type { Interleaved } from './planes.ts'

/**
 * Profiles of three primaries and three curves (ICC.1:2022, annex F.3), applied to 16-bit colours. The colour engine of libvips goes
 * through a coarse look-up table at 16 bits, which is off by up to 11 of 255 levels in dark colours.
 */

type Matrix = readonly (readonly number[])[]

/** XYZ under D50 to linear sRGB: the inverse of sRGB's own colorants. */
const fromXyz: Matrix = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
]

function colorantsOf(profile: ColourProfile): Matrix | null {
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((signature) => {
    const view = profile.tag(signature)
    return view === null || view.byteLength < 20
      ? null
      : [0, 1, 2].map((i) => view.getInt32(8 + 4 * i) / 65536)
  })
  if (columns.includes(null)) return null
  return [0, 1, 2].map((row) => columns.map((column) => column![row]!))
}

const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => [0, 1, 2].map((column) => row.reduce((sum, value, k) => sum + value * b[k]![column]!, 0)))

const steps = 65535

/** Linear light in [0,1] to 16-bit sRGB, between the entries of a table by a straight line. */
const encoded = Float32Array.from(
  { length: steps + 2 },
  (_, i) => linearToSrgb(Math.min(1, i / steps)) * 65535,
)

function encode(light: number): number {
  if (!(light > 0)) return 0
  if (light >= 1) return 65535
  const position = light * steps
  const below = Math.floor(position)
  return Math.round(encoded[below]! + (encoded[below + 1]! - encoded[below]!) * (position - below))
}

/** True if a profile says all that it says in a matrix and curves. */
export function isMatrixProfile(profile: ColourProfile): boolean {
  if (profile.space !== 'rgb' || profile.tag('A2B0') !== null || colorantsOf(profile) === null) return false
  return ['rTRC', 'gTRC', 'bTRC'].every((signature) => readCurve(profile.tag(signature)) !== null)
}

/** Converts 16-bit colours of such a profile to sRGB, in place. */
export function applyMatrixProfile({ values, channels }: Interleaved, profile: ColourProfile): void {
  const matrix = product(fromXyz, colorantsOf(profile)!)
  const [[m0, m1, m2], [m3, m4, m5], [m6, m7, m8]] = matrix as [number[], number[], number[]]
  const [red, green, blue] = ['rTRC', 'gTRC', 'bTRC'].map((signature) => {
    const curve = readCurve(profile.tag(signature))!
    return Float64Array.from({ length: 65536 }, (_, value) => curve(value / 65535))
  }) as [Float64Array, Float64Array, Float64Array]
  for (let i = 0; i < values.length; i += channels) {
    const [r, g, b] = [red[values[i]!]!, green[values[i + 1]!]!, blue[values[i + 2]!]!]
    values[i] = encode(m0! * r + m1! * g + m2! * b)
    values[i + 1] = encode(m3! * r + m4! * g + m5! * b)
    values[i + 2] = encode(m6! * r + m7! * g + m8! * b)
  }
}
