import type { Metadata, Sharp } from 'sharp'
import type { PictureEdit } from '../../shared/contract/job.ts'
import { greyToSrgb, isSrgb, readProfile } from './colour.ts'
import type { ColourProfile, ToneCurve } from './colour.ts'
import { cropBox, storedBox, turnedSize, turnOf, turnPixels } from './edit.ts'
import type { Box } from './edit.ts'
import { failureOf, toleranceOf } from './failure.ts'
import { plannedSize } from './limits.ts'
import { applyMatrixProfile, isMatrixProfile } from './matrix-profile.ts'
import { assertFewPasses } from './passes.ts'
import type { Size } from '../tensor/size.ts'
import type { Interleaved } from './planes.ts'
import { unsupported } from './problems.ts'
import type { PictureSource } from './source.ts'
import { asWholeNumbers } from './tiff-numbers.ts'
import { sharp } from './vips.ts'

/** Pixels of a picture that libvips can open, in sRGB. */

/** libvips, with the first frame only, as stored; `error`: what is cut short or cannot be decoded fails, warnings pass. */
export const vips = (
  { input }: Pick<PictureSource, 'input'>,
  options: { ignoreIcc?: boolean; failOn?: 'none' | 'error' } = {},
): Sharp => sharp(input, { failOn: 'error', limitInputPixels: false, ...options })

/** @throws PasticheError `picture-damaged`, `picture-unsupported` */
export async function readHeader(source: PictureSource): Promise<Metadata> {
  assertFewPasses(source)
  try {
    return await vips(source).metadata()
  } catch (cause) {
    throw await failureOf(source, cause)
  }
}

/** Before it is turned upright. */
export const storedSize = ({ width, height }: Metadata): Size => ({ widthPx: width, heightPx: height })

const profileSpaces: Partial<Record<string, ColourProfile['space']>> = {
  srgb: 'rgb',
  rgb16: 'rgb',
  'b-w': 'grey',
  grey16: 'grey',
  cmyk: 'cmyk',
}

/** The profile that says what the colours mean; null where there is none, it does not fit or it is sRGB anyway. */
function foreignProfile(header: Metadata): ColourProfile | null {
  const profile = header.icc === undefined ? null : readProfile(header.icc)
  if (profile === null || profile.space !== profileSpaces[header.space]) return null
  return isSrgb(profile) ? null : profile
}

const sixteenBits = (header: Metadata): boolean => header.depth !== 'uchar' && header.space !== 'cmyk'

export interface DecodeOptions {
  readonly edit?: PictureEdit | undefined
  readonly maxSidePx: number
  /** `if-large`: leave as much as memory allows for a finer filter; `fully`: down to `maxSidePx`. */
  readonly shrink: 'if-large' | 'fully'
}

/**
 * The pixels that an edit keeps, upright. CMYK without a usable profile is converted with libvips's own.
 * @returns `bitDepth` of the file: 16 where a channel has more than 8 bits
 * @throws PasticheError `picture-damaged`, `picture-unsupported`, `picture-too-large`
 */
export async function decodePixels(
  source: PictureSource,
  header: Metadata,
  options: DecodeOptions,
): Promise<{ pixels: Interleaved; bitDepth: 8 | 16 }> {
  const simple = await asWholeNumbers(source, header).catch(async (cause: unknown) => {
    throw await failureOf(source, cause)
  })
  if (simple !== null) return decodePixels(simple, await readHeader(simple), options)
  if (header.channels < 1 || !(header.space in profileSpaces))
    throw unsupported(source, `a picture in a rare colour space (${header.space})`)
  const turn = turnOf(header.orientation, options.edit)
  const stored = storedSize(header)
  const box = cropBox(turnedSize(stored, turn), options.edit?.crop ?? null)
  const is16 = sixteenBits(header)
  const channels = header.hasAlpha ? 4 : 3
  const to = plannedSize(source.path, box, { ...options, pixelBytes: channels * (is16 ? 2 : 1) })
  const part = { box: storedBox(stored, turn, box), to: to && turnedSize(to, turn) }
  const pixels = await decodePart(source, header, part).catch(async (cause: unknown) => {
    const tolerance = await toleranceOf(source, cause)
    return decodePart(source, header, part, tolerance)
  })
  return { pixels: turnPixels(pixels, turn), bitDepth: source.bitDepth ?? (is16 ? 16 : 8) }
}

interface Part {
  readonly box: Box
  /** `null`: the original size. */
  readonly to: Size | null
}

/** Only what is needed of the part is decoded: lines above and below it and, where all of a JPEG is wanted, every second to eighth pixel. */
function cut(pipeline: Sharp, { width, height }: Metadata, { box, to }: Part): void {
  if (box.widthPx !== width || box.heightPx !== height)
    pipeline.extract({ left: box.left, top: box.top, width: box.widthPx, height: box.heightPx })
  if (to !== null) pipeline.resize(to.widthPx, to.heightPx, { fit: 'fill', fastShrinkOnLoad: false })
}

async function decodePart(
  source: PictureSource,
  header: Metadata,
  part: Part,
  failOn: 'none' | 'error' = 'error',
): Promise<Interleaved> {
  const profile = foreignProfile(header)
  const is16 = sixteenBits(header)
  const own = profile === null ? null : ownConversion(header, profile)
  const pipeline = vips(source, { ignoreIcc: profile === null || own !== null, failOn })
  cut(pipeline, header, part)
  // With a profile, sharp works in Display P3 at 16 bits and must be told to end in sRGB.
  if (is16 && header.space === 'rgb16' && profile !== null && own === null) pipeline.withIccProfile('srgb')
  pipeline.toColourspace(is16 ? 'rgb16' : 'srgb').raw({ depth: is16 ? 'ushort' : 'uchar' })
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true })
  if (info.channels !== 3 && info.channels !== 4)
    throw unsupported(source, `a picture of ${header.channels} channels`)
  const values = is16 ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data
  const pixels = { widthPx: info.width, heightPx: info.height, values, channels: info.channels }
  own?.(pixels)
  return pixels
}

/** Own conversion if that of libvips is too coarse (16 bits, dark grey) or missing (16-bit grey); `null` if it is right. */
function ownConversion({ space }: Metadata, profile: ColourProfile): ((pixels: Interleaved) => void) | null {
  if (space === 'rgb16' && isMatrixProfile(profile)) return (pixels) => applyMatrixProfile(pixels, profile)
  const curve = space === 'grey16' || space === 'b-w' ? greyToSrgb(profile) : null
  return curve && ((pixels) => applyGreyCurve(pixels, curve))
}

function applyGreyCurve({ values, channels }: Interleaved, curve: ToneCurve): void {
  const max = values instanceof Uint16Array ? 65535 : 255
  const table = Uint16Array.from({ length: max + 1 }, (_, value) => Math.round(curve(value / max) * max))
  for (let i = 0; i < values.length; i++) if (channels === 3 || i % 4 !== 3) values[i] = table[values[i]!]!
}
