import { open, readFile } from 'node:fs/promises'
import { srgbToLinear } from './colour.ts'
import { pngChunk } from './containers.ts'
import { gammaCurve, srgbPrimaries, writeGreyProfile, writeRgbProfile } from './icc-write.ts'
import type { Chromaticity, Primaries } from './icc-write.ts'
import { profileOfNclx } from './nclx.ts'
import { deflateSync } from 'node:zlib'

/**
 * The colours of a PNG file that tells them without an ICC profile. PNG (third edition), 4.3 and 11.3.2: cICP goes before iCCP, that
 * before sRGB, and that before gAMA and cHRM.
 */

interface ColourChunks {
  readonly isGrey: boolean
  readonly cicp: Buffer | null
  readonly gamma: number | null
  readonly primaries: Primaries | null
  /** Position of an iCCP chunk, which a cICP chunk overrides. */
  readonly iccAt: readonly [start: number, end: number] | null
  readonly isSrgb: boolean
}

/** All colour chunks stand before the palette and the pixels; text in between is never this long in honest files. */
const headBytes = 1 << 20

function readChunks(head: Buffer): ColourChunks {
  const found = { cicp: null, gamma: null, primaries: null, iccAt: null, isSrgb: false } as {
    -readonly [key in keyof ColourChunks]: ColourChunks[key]
  }
  const colourType = head[25] ?? 2
  found.isGrey = colourType === 0 || colourType === 4
  for (let at = 33; at + 12 <= head.length;) {
    const [length, type] = [head.readUInt32BE(at), head.toString('latin1', at + 4, at + 8)]
    const data = head.subarray(at + 8, at + 8 + length)
    if (type === 'IDAT' || type === 'PLTE' || data.length < length) break
    if (type === 'cICP' && length === 4) found.cicp = data
    if (type === 'gAMA' && length === 4) found.gamma = data.readUInt32BE() / 1e5
    if (type === 'cHRM' && length === 32) found.primaries = primariesOf(data)
    if (type === 'iCCP') found.iccAt = [at, at + 12 + length]
    if (type === 'sRGB') found.isSrgb = true
    at += 12 + length
  }
  return found
}

function primariesOf(data: Buffer): Primaries {
  const xy = (i: number): Chromaticity => [data.readUInt32BE(8 * i) / 1e5, data.readUInt32BE(8 * i + 4) / 1e5]
  return { white: xy(0), red: xy(1), green: xy(2), blue: xy(3) }
}

/** 1/2.2, which stands for sRGB itself where the primaries are sRGB's; programs round it, and libpng allows 5 % too. */
const isSrgbGamma = (gamma: number): boolean => Math.abs(gamma * 2.2 - 1) < 0.05

const areSrgb = (primaries: Primaries): boolean =>
  (['red', 'green', 'blue', 'white'] as const).every((name) =>
    primaries[name].every((value, i) => Math.abs(value - srgbPrimaries[name][i]!) < 0.002),
  )

/** The profile to put in; null where libvips is right without one. */
function profileOf({ isGrey, cicp, gamma, primaries, iccAt, isSrgb }: ColourChunks): Uint8Array | null {
  if (cicp !== null && cicp[2] === 0 && cicp[3] === 1) {
    const profile = isGrey ? null : profileOfNclx({ primaries: cicp[0]!, transfer: cicp[1]! })
    if (profile !== null) return profile
  }
  if (iccAt !== null || isSrgb || (gamma === null && primaries === null) || gamma === 0) return null
  const isForeign = primaries !== null && !areSrgb(primaries)
  if ((gamma === null || isSrgbGamma(gamma)) && (isGrey || !isForeign)) return null
  const curve = gamma === null ? srgbToLinear : gammaCurve(1 / gamma)
  return isGrey ? writeGreyProfile(curve) : writeRgbProfile(primaries ?? srgbPrimaries, curve)
}

/** The file with such a profile, or null where it can be read as it is. */
export async function withColourProfile(path: string): Promise<Buffer | null> {
  const file = await open(path)
  let head: Buffer
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    head = buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
  const chunks = readChunks(head)
  const profile = profileOf(chunks)
  if (profile === null) return null
  const bytes = await readFile(path)
  const data = Buffer.concat([Buffer.from('given\0\0', 'latin1'), deflateSync(profile)])
  const [start, end] = chunks.iccAt ?? [33, 33]
  return Buffer.concat([
    bytes.subarray(0, 33),
    pngChunk('iCCP', data),
    bytes.subarray(33, start),
    bytes.subarray(end),
  ])
}
