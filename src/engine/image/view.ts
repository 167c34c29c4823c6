import { stat } from 'node:fs/promises'
import type { OutputOptions, PictureEdit } from '../../shared/contract/job.ts'
import { probeReadable, readPicture } from './decode.ts'
import { fromRaw, writePicture } from './encode.ts'
import type { InputFormat } from './formats.ts'
import { maxPixelsOf } from './limits.ts'
import { prepareOutput, writeOutput } from './output.ts'
import type { Size } from '../tensor/size.ts'
import { decodePixels, readHeader, storedSize } from './pixels.ts'
import { assertPixels } from './problems.ts'
import { loadFile, openFile } from './source.ts'

export interface PictureFacts extends Size {
  readonly format: InputFormat
  readonly bytes: number
}

/**
 * Facts from a picture's header alone: upright size, format, file length.
 * @throws PasticheError `file-not-found`, `file-not-readable`, `not-a-picture`, `picture-unsupported`, `picture-damaged`,
 * `picture-too-large`
 */
export async function inspectPicture(path: string): Promise<PictureFacts> {
  return { ...(await probeReadable(path)), bytes: (await stat(path)).size }
}

const viewQuality = 86

/**
 * Writes a view of a picture: WebP, upright, in sRGB, without metadata, never enlarged. Faster than reading all of it, as
 * the decoder shrinks while it reads.
 * @param maxSidePx of its long side
 * @throws PasticheError as `inspectPicture`; `output-not-writable`, `disk-full`
 */
export async function renderPicture(
  { path, edit, maxSidePx }: { path: string; edit: PictureEdit; maxSidePx: number },
  target: string,
): Promise<Size> {
  const source = await loadFile(await openFile(path))
  const header = await readHeader(source)
  assertPixels(path, storedSize(header), maxPixelsOf(source.format, header))
  await prepareOutput(target)
  const { pixels } = await decodePixels(source, header, { edit, maxSidePx, shrink: 'fully' })
  const view = fromRaw(pixels).toColourspace('srgb').webp({ quality: viewQuality, effort: 2 })
  await writeOutput(target, await view.toBuffer())
  return { widthPx: pixels.widthPx, heightPx: pixels.heightPx }
}

/**
 * A finished picture in another format. Its numbers stay as they are, as far as the format can hold them.
 * @throws PasticheError as `readPicture` and `writePicture`
 */
export async function savePicture(
  source: string,
  { path, keepMetadata, ...options }: OutputOptions & { readonly keepMetadata: boolean },
): Promise<Size & { readonly bytes: number }> {
  const { metadata, ...picture } = await readPicture(source)
  await writePicture(path, keepMetadata ? { ...picture, metadata } : picture, options)
  const { widthPx, heightPx } = picture
  return { widthPx, heightPx, bytes: (await stat(path)).size }
}
