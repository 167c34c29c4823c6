import { stat } from 'node:fs/promises'
import type { OutputOptions, PictureEdit } from '../../shared/contract/engine.ts'
import { assertPixels, damaged, defaultMaxPixels, probePicture, readPicture } from './decode.ts'
import { cropBox, turnedSize } from './edit.ts'
import { writePicture } from './encode.ts'
import type { InputFormat } from './formats.ts'
import { prepareOutput, writeOutput } from './output.ts'
import type { Size } from './picture.ts'
import { fitLongSide } from './resize.ts'
import { openSource } from './source.ts'
import { sharp } from './vips.ts'

export interface PictureFacts extends Size {
  readonly format: InputFormat
  readonly bytes: number
}

/**
 * What a picture is, from its header alone: size upright, format, length of the file.
 * @throws PasticheError `file-not-found`, `file-not-readable`, `not-a-picture`, `picture-damaged`, `picture-too-large`
 */
export async function inspectPicture(path: string): Promise<PictureFacts> {
  const facts = await probePicture(path)
  assertPixels(path, facts, defaultMaxPixels)
  return { ...facts, bytes: (await stat(path)).size }
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
  const facts = await inspectPicture(path)
  const source = await openSource(path)
  const box = cropBox(turnedSize(facts, edit), edit)
  const to = fitLongSide(box, maxSidePx)
  await prepareOutput(target)
  const pipeline = sharp(source.input, {
    autoOrient: true,
    failOn: 'error',
    limitInputPixels: defaultMaxPixels,
  })
  if (edit.quarterTurns !== 0) pipeline.rotate(90 * edit.quarterTurns)
  if (edit.crop !== null)
    pipeline.extract({ left: box.left, top: box.top, width: box.widthPx, height: box.heightPx })
  const webp = await pipeline
    .resize(to.widthPx, to.heightPx, { fit: 'fill' })
    .toColourspace('srgb')
    .webp({ quality: viewQuality, effort: 2 })
    .toBuffer()
    .catch((cause: unknown) => {
      throw damaged(source, cause)
    })
  await writeOutput(target, webp)
  return to
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
