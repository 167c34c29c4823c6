/**
 * The little of ICC profiles that libvips cannot be left alone with: which profile is usable for which picture,
 * whether it is sRGB already, and the tone curve of grey ones. ICC.1:2022 (v4.4), sections 7, 9 and 10.
 */

/** A tone curve: device value in [0,1] to linear light in [0,1]. */
export type ToneCurve = (value: number) => number

export interface ColourProfile {
  readonly space: 'rgb' | 'grey' | 'cmyk' | 'other'
  /** The data of a tag by its four letters, its 8-byte type header included. */
  readonly tag: (signature: string) => DataView | null
}

/** Profiles have a dozen tags or two; a hostile one of 4 MB could have 300,000, to be searched for each that is asked for. */
const maxTags = 256

const letters = (view: DataView, offset: number): string =>
  String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + offset, 4))

const spaces = new Map<string, ColourProfile['space']>([
  ['RGB ', 'rgb'],
  ['GRAY', 'grey'],
  ['CMYK', 'cmyk'],
])

/** Section 7.2 (header) and 7.3 (tag table). Null for what is no ICC profile. */
export function readProfile(bytes: Uint8Array): ColourProfile | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.byteLength < 132 || letters(view, 36) !== 'acsp') return null
  const tag = (signature: string): DataView | null => {
    const count = Math.min(view.getUint32(128), maxTags, Math.floor((view.byteLength - 132) / 12))
    for (let i = 0; i < count; i++) {
      const entry = 132 + 12 * i
      if (letters(view, entry) !== signature) continue
      const offset = view.getUint32(entry + 4)
      const length = view.getUint32(entry + 8)
      if (length < 8 || offset + length > view.byteLength) return null
      return new DataView(view.buffer, view.byteOffset + offset, length)
    }
    return null
  }
  return { space: spaces.get(letters(view, 16)) ?? 'other', tag }
}

/** Section 10.6: a gamma, or samples of the curve at equal distances. */
function sampledCurve(view: DataView): ToneCurve | null {
  const count = view.getUint32(8)
  if (count === 0) return (x) => x
  if (12 + 2 * count > view.byteLength) return null
  if (count === 1) {
    const gamma = view.getUint16(12) / 256
    return (x) => x ** gamma
  }
  const at = (i: number): number => view.getUint16(12 + 2 * i) / 65535
  return (x) => {
    const position = Math.min(1, Math.max(0, x)) * (count - 1)
    const below = Math.min(count - 2, Math.floor(position))
    return at(below) + (at(below + 1) - at(below)) * (position - below)
  }
}

/** Section 10.18, table 68: g, a, b, c, d, e, f as far as the function type needs them. */
function parametricCurve(view: DataView): ToneCurve | null {
  const counts = [1, 3, 4, 5, 7]
  const type = view.getUint16(8)
  const count = counts[type]
  if (count === undefined || 12 + 4 * count > view.byteLength) return null
  const p = (i: number): number => view.getInt32(12 + 4 * i) / 65536
  const power = (x: number): number => Math.max(0, p(1) * x + p(2)) ** p(0)
  switch (type) {
    case 0:
      return (x) => x ** p(0)
    case 1:
      return (x) => (x >= -p(2) / p(1) ? power(x) : 0)
    case 2:
      return (x) => (x >= -p(2) / p(1) ? power(x) : 0) + p(3)
    case 3:
      return (x) => (x >= p(4) ? power(x) : p(3) * x)
    default:
      return (x) => (x >= p(4) ? power(x) + p(5) : p(3) * x + p(6))
  }
}

/** The curve of a TRC tag; null where it is none. */
export function readCurve(view: DataView | null): ToneCurve | null {
  if (view === null || view.byteLength < 12) return null
  const type = letters(view, 0)
  if (type === 'curv') return sampledCurve(view)
  return type === 'para' ? parametricCurve(view) : null
}

/** sRGB-encoded value to linear light and back. IEC 61966-2-1. */
export const srgbToLinear = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
export const linearToSrgb = (light: number): number =>
  light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055

const curvePoints = Array.from({ length: 33 }, (_, i) => i / 32)

/** XYZ of the sRGB primaries, adapted to the profile connection space (D50, Bradford). */
const srgbColorants = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
} as const

/**
 * True if a profile is sRGB, judged by its primaries and curves and not by its name. Such pictures are taken as
 * they are: a conversion would only add rounding.
 */
export function isSrgb(profile: ColourProfile): boolean {
  // A profile with look-up tables means something else than its matrix says.
  if (profile.space !== 'rgb' || profile.tag('A2B0') !== null) return false
  const colorantsMatch = Object.entries(srgbColorants).every(([signature, xyz]) => {
    const view = profile.tag(signature)
    if (view === null || view.byteLength < 20) return false
    return xyz.every((value, i) => Math.abs(view.getInt32(8 + 4 * i) / 65536 - value) < 0.0015)
  })
  if (!colorantsMatch) return false
  return ['rTRC', 'gTRC', 'bTRC'].every((signature) => {
    const curve = readCurve(profile.tag(signature))
    return curve !== null && curvePoints.every((x) => Math.abs(curve(x) - srgbToLinear(x)) < 0.002)
  })
}

/** Grey in the encoding of a grey profile to sRGB-encoded grey; null where the profile has no such curve. */
export function greyToSrgb(profile: ColourProfile): ToneCurve | null {
  const curve = profile.space === 'grey' ? readCurve(profile.tag('kTRC')) : null
  if (curve === null) return null
  return (value) => linearToSrgb(Math.min(1, Math.max(0, curve(value))))
}
