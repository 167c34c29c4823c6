import { crc32, deflateSync } from 'node:zlib'
import { addToTiff, iccTag, writeExifPayload } from './exif.ts'
import type { ExifTags } from './exif.ts'
import type { OutputFormat } from './formats.ts'
import type { Size } from '../tensor/size.ts'

/**
 * Puts a colour profile and EXIF into an encoded picture, without touching its pixels. libvips can embed a profile
 * too, but takes 16-bit sRGB for Display P3 on the way, and it cannot carry EXIF into TIFF at all.
 */
export interface Attachments {
  readonly icc: Uint8Array
  readonly exif: ExifTags | null
}

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** Payload limit of a JPEG segment: 65535 less the length field itself and the name of the segment. */
const maxSegmentBytes = 65533
/** In PNG and WebP nothing limits it; no honest EXIF without thumbnail and maker note is near this. */
const maxExifBytes = 1 << 24

function jpegSegment(marker: number, name: string, payload: Uint8Array): Uint8Array {
  const length = 2 + name.length + payload.length
  return Buffer.concat([Uint8Array.of(0xff, marker, length >> 8, length & 255), ascii(name), payload])
}

/** EXIF in APP1, the profile in APP2, after the JFIF header (ICC.1 annex B.4; Exif 2.32, 4.7.2). */
function attachToJpeg(file: Uint8Array, { icc, exif }: Attachments): Uint8Array {
  const afterJfif = file[3] === 0xe0 ? 4 + ((file[4]! << 8) | file[5]!) : 2
  const name = 'Exif\0\0'
  return Buffer.concat([
    file.subarray(0, afterJfif),
    ...(exif ? [jpegSegment(0xe1, name, writeExifPayload(exif, maxSegmentBytes - name.length))] : []),
    jpegSegment(0xe2, 'ICC_PROFILE\0\x01\x01', icc),
    file.subarray(afterJfif),
  ])
}

export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([ascii(type), data])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(data.length, 0)
  chunk.set(body, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return chunk
}

/** Both chunks stand before the pixels: right after the 8-byte signature and the 25-byte IHDR (PNG 3rd ed., 5.6). */
function attachToPng(file: Uint8Array, { icc, exif }: Attachments): Uint8Array {
  const afterHeader = 33
  return Buffer.concat([
    file.subarray(0, afterHeader),
    pngChunk('iCCP', Buffer.concat([ascii('sRGB\0\0'), deflateSync(icc)])),
    ...(exif ? [pngChunk('eXIf', writeExifPayload(exif, maxExifBytes))] : []),
    file.subarray(afterHeader),
  ])
}

function riffChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(8 + data.length + (data.length & 1))
  chunk.write(type, 0, 'latin1')
  chunk.writeUInt32LE(data.length, 4)
  chunk.set(data, 8)
  return chunk
}

/** The chunks of a WebP file except its extended header, which is rewritten. */
function webpImageChunks(file: Buffer): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 12; at + 8 <= file.length;) {
    const length = file.readUInt32LE(at + 4)
    const end = at + 8 + length + (length & 1)
    if (file.toString('latin1', at, at + 4) !== 'VP8X') chunks.push(file.subarray(at, end))
    at = end
  }
  return chunks
}

/** RFC 9649, section 2.7: VP8X announces what follows: profile, pixels, EXIF. */
function attachToWebp(
  bytes: Uint8Array,
  { icc, exif }: Attachments,
  size: Size,
  hasAlpha: boolean,
): Uint8Array {
  const header = Buffer.alloc(10)
  header[0] = 0x20 | (hasAlpha ? 0x10 : 0) | (exif ? 0x08 : 0)
  header.writeUIntLE(size.widthPx - 1, 4, 3)
  header.writeUIntLE(size.heightPx - 1, 7, 3)
  const body = Buffer.concat([
    ascii('WEBP'),
    riffChunk('VP8X', header),
    riffChunk('ICCP', icc),
    ...webpImageChunks(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    ...(exif ? [riffChunk('EXIF', writeExifPayload(exif, maxExifBytes))] : []),
  ])
  return riffChunk('RIFF', body)
}

/** The same picture with the attachments in the places where its format keeps them. */
export function attach(
  file: Uint8Array,
  format: OutputFormat,
  attachments: Attachments,
  size: Size,
  hasAlpha: boolean,
): Uint8Array {
  switch (format) {
    case 'jpeg':
      return attachToJpeg(file, attachments)
    case 'png':
      return attachToPng(file, attachments)
    case 'webp':
      return attachToWebp(file, attachments, size, hasAlpha)
    case 'tiff':
      return addToTiff(file, attachments.exif, [iccTag(attachments.icc)])
  }
}
