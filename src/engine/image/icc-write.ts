import type { ToneCurve } from './colour.ts'

/**
 * ICC profiles (v2.4, ICC.1:2001-04) for pictures that tell their colours in another way: PNG's gAMA and cHRM, the code points of
 * video. The colour engine then treats all of them alike.
 */

export type Chromaticity = readonly [x: number, y: number]

export interface Primaries {
  readonly red: Chromaticity
  readonly green: Chromaticity
  readonly blue: Chromaticity
  readonly white: Chromaticity
}

type Triple = [number, number, number]
type Matrix = [Triple, Triple, Triple]

const times = (m: Matrix, [x, y, z]: Triple): Triple => m.map(([a, b, c]) => a * x + b * y + c * z) as Triple

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const [p, q, r] = [e * i - f * h, f * g - d * i, d * h - e * g]
  const determinant = a * p + b * q + c * r
  const rows: Matrix = [
    [p, c * h - b * i, b * f - c * e],
    [q, a * i - c * g, c * d - a * f],
    [r, b * g - a * h, a * e - b * d],
  ]
  return rows.map((row) => row.map((value) => value / determinant)) as Matrix
}

const fromXy = ([x, y]: Chromaticity): Triple => [x / y, 1, (1 - x - y) / y]

/** The profile connection space's white, and Bradford's cone responses (ICC.1:2022, annex E). */
const d50: Triple = [0.9642, 1, 0.8249]
const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
]

/** XYZ of red, green and blue under D50. Null where the chromaticities span no colours. */
function colorants({ red, green, blue, white }: Primaries): [Triple, Triple, Triple] | null {
  const [r, g, b] = [red, green, blue].map(fromXy) as Matrix
  const columns: Matrix = [
    [r[0], g[0], b[0]],
    [r[1], g[1], b[1]],
    [r[2], g[2], b[2]],
  ]
  const whiteXyz = fromXy(white)
  const amounts = times(inverse(columns), whiteXyz)
  const [from, to] = [times(bradford, whiteXyz), times(bradford, d50)]
  const back = inverse(bradford)
  const adapt = (xyz: Triple): Triple =>
    times(back, times(bradford, xyz).map((value, i) => (value * to[i]!) / from[i]!) as Triple)
  const found = [r, g, b].map((xyz, i) => adapt(xyz.map((value) => value * amounts[i]!) as Triple)) as Matrix
  return found.flat().every((value) => Number.isFinite(value) && Math.abs(value) < 16) ? found : null
}

const fixed = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(Math.round(value * 65536))
  return bytes
}

const xyzTag = (xyz: Triple): Buffer =>
  Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), ...xyz.map(fixed)])

const curvePoints = 4096

function curveTag(curve: ToneCurve): Buffer {
  const bytes = Buffer.alloc(12 + 2 * curvePoints)
  bytes.write('curv', 0, 'latin1')
  bytes.writeUInt32BE(curvePoints, 8)
  for (let i = 0; i < curvePoints; i++) {
    const light = Math.min(1, Math.max(0, curve(i / (curvePoints - 1))))
    bytes.writeUInt16BE(Math.round(light * 65535), 12 + 2 * i)
  }
  return bytes
}

function profile(space: 'RGB ' | 'GRAY', tags: readonly (readonly [string, Buffer])[]): Buffer {
  const text = (type: string, bytes: string): Buffer => Buffer.from(`${type}\0\0\0\0${bytes}`, 'latin1')
  const all = [
    ['desc', text('desc', `\0\0\0\x06Given\0${'\0'.repeat(78)}`)] as const,
    ['cprt', text('text', 'none\0')] as const,
    ['wtpt', xyzTag(d50)] as const,
    ...tags,
  ]
  const table = Buffer.alloc(4 + 12 * all.length)
  table.writeUInt32BE(all.length)
  const parts: Buffer[] = []
  let at = 128 + table.length
  all.forEach(([signature, data], i) => {
    const padded = Buffer.concat([data, Buffer.alloc(-data.length & 3)])
    table.write(signature, 4 + 12 * i, 'latin1')
    table.writeUInt32BE(at, 8 + 12 * i)
    table.writeUInt32BE(data.length, 12 + 12 * i)
    parts.push(padded)
    at += padded.length
  })
  const header = Buffer.alloc(128)
  header.writeUInt32BE(at)
  header.writeUInt32BE(0x02400000, 8)
  header.write(`mntr${space}XYZ `, 12, 'latin1')
  header.write('acsp', 36, 'latin1')
  d50.forEach((value, i) => fixed(value).copy(header, 68 + 4 * i))
  return Buffer.concat([header, table, ...parts])
}

/** A profile of three primaries and one tone curve; null where the primaries make no sense. */
export function writeRgbProfile(primaries: Primaries, curve: ToneCurve): Buffer | null {
  const found = colorants(primaries)
  if (found === null) return null
  const tone = curveTag(curve)
  return profile('RGB ', [
    ...(['rXYZ', 'gXYZ', 'bXYZ'] as const).map((name, i) => [name, xyzTag(found[i]!)] as const),
    ...(['rTRC', 'gTRC', 'bTRC'] as const).map((name) => [name, tone] as const),
  ])
}

export const writeGreyProfile = (curve: ToneCurve): Buffer => profile('GRAY', [['kTRC', curveTag(curve)]])

const d65: Chromaticity = [0.3127, 0.329]

export const srgbPrimaries: Primaries = {
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
  white: d65,
}

export const gammaCurve =
  (exponent: number): ToneCurve =>
  (value) =>
    value ** exponent
