import type { Planes } from '../tensor/planes.ts'
import type { ExifTags } from './exif.ts'

/** Metadata of a picture that a result made from it may keep. */
export interface PictureMetadata {
  /** `null` if the file has none, or none that can be read. */
  readonly exif: ExifTags | null
}

/** A decoded picture: upright, in sRGB, ready for the network. */
export interface Picture extends Planes {
  /** Colours are never premultiplied; null where the file has no alpha channel. */
  readonly alpha: Float32Array | null
  /** Bit depth of the file: 16 if a channel had more than 8 bits. */
  readonly bitDepth: 8 | 16
  readonly metadata: PictureMetadata
}
