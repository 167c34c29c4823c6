import { srgbToLinear } from './colour.ts'
import type { ToneCurve } from './colour.ts'
import { gammaCurve, srgbPrimaries, writeRgbProfile } from './icc-write.ts'
import type { Chromaticity, Primaries } from './icc-write.ts'

/** Colours by the code points of ITU-T H.273: what HEIF's nclx box and PNG's cICP chunk hold. */
export interface Nclx {
  /** Table 2. */
  readonly primaries: number
  /** Table 3. */
  readonly transfer: number
}

const d65: Chromaticity = [0.3127, 0.329]

const primariesOf: Readonly<Record<number, Primaries>> = {
  1: srgbPrimaries,
  4: { red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08], white: [0.31, 0.316] },
  5: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: d65 },
  6: { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: d65 },
  7: { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: d65 },
  9: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: d65 },
  11: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: [0.314, 0.351] },
  12: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: d65 },
}

/** Light above the white of ordinary pictures (ITU-R BT.2408: 203 cd/m²) becomes that white. */
const diffuseWhiteNits = 203

/** SMPTE ST 2084. */
function perceptualQuantizer(value: number): number {
  const power = value ** (1 / 78.84375)
  const light = Math.max(0, power - 0.8359375) / (18.8515625 - 18.6875 * power)
  return (light ** (1 / 0.1593017578125) * 10000) / diffuseWhiteNits
}

/** ARIB STD-B67 (ITU-R BT.2100): its 75 % is the white of ordinary pictures; the display's gamma of 1.2 is applied to each channel. */
function hybridLogGamma(value: number): number {
  const scene = (v: number): number =>
    v <= 0.5 ? (v * v) / 3 : (Math.exp((v - 0.55991073) / 0.17883277) + 0.28466892) / 12
  return (scene(value) / scene(0.75)) ** 1.2
}

/** Pictures in the curves of television (1, 6, 14, 15) are shown as sRGB by every viewer. */
const curveOf: Readonly<Record<number, ToneCurve>> = {
  1: srgbToLinear,
  4: gammaCurve(2.2),
  5: gammaCurve(2.8),
  6: srgbToLinear,
  8: (value) => value,
  13: srgbToLinear,
  14: srgbToLinear,
  15: srgbToLinear,
  16: perceptualQuantizer,
  18: hybridLogGamma,
}

/** The same as an ICC profile; null where a code point is unspecified (2) or unknown: such pictures are taken for sRGB. */
export function profileOfNclx({ primaries, transfer }: Nclx): Uint8Array | null {
  const [colours, curve] = [primariesOf[primaries] ?? null, curveOf[transfer] ?? null]
  if (colours === null && curve === null) return null
  return writeRgbProfile(colours ?? srgbPrimaries, curve ?? srgbToLinear)
}
