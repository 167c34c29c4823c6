import type { ExifTags } from './exif.ts'

/** Width and height in pixels, both at least 1. */
export interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

/** Metadata of a picture, which a result made from it may inherit. */
export interface PictureMetadata {
  /** `null` if the file has none, or none that can be read. */
  readonly exif: ExifTags | null
}

/** A decoded picture: upright, in sRGB, ready for the network. */
export interface Picture extends Size {
  /** Planar [3, H, W], sRGB-encoded, in [0,1]; never premultiplied. */
  readonly rgb: Float32Array
  /** [H, W] in [0,1]; null where the file has no alpha channel. */
  readonly alpha: Float32Array | null
  /** Bit depth of the file: 16 if a channel had more than 8 bits. */
  readonly bitDepth: 8 | 16
  readonly metadata: PictureMetadata
}
