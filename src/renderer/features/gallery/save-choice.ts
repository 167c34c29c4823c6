import { saveOptions, type SaveOptions } from '../../../shared/contract/recipe.ts'

export type SavedFormat = SaveOptions['format']

export const formatNames: Readonly<Record<SavedFormat, string>> = {
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
  tiff: 'TIFF',
}

export function hasQuality(format: SavedFormat): boolean {
  return format === 'jpeg' || format === 'webp'
}

/** Options to send: choices that do not apply to the format stay remembered, but are left out. */
export function asked(options: SaveOptions): SaveOptions {
  const { format, keepMetadata } = options
  return {
    ...options,
    bitDepth: hasQuality(format) ? 8 : options.bitDepth,
    keepGps: keepMetadata && options.keepGps,
  }
}

/** The choice of the last time; the defaults where there is none, or none that can be read. */
export function readChoice(text: string): SaveOptions {
  try {
    return saveOptions.parse(JSON.parse(text))
  } catch {
    return saveOptions.parse({})
  }
}
