import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { PictureEdit } from '../../../shared/contract/job.ts'
import type { Recipe, SourcePicture } from '../../../shared/contract/recipe.ts'
import { PasticheError } from '../../../shared/errors.ts'
import type { EngineHost } from '../../engine-host.ts'
import { tighten } from '../../files/private-files.ts'
import { resultFiles } from './result-file.ts'

export interface NamedFile {
  readonly path: string
  /** As people know it; an upload lies under another name. */
  readonly name: string
}

/** The pictures that a result is painted from. */
export interface ResultSources {
  readonly content: NamedFile
  readonly styles: readonly (NamedFile & { readonly weight: number; readonly edit: PictureEdit })[]
  readonly initPicture: NamedFile | null
}

/** Entries of the sources in a recipe. */
export type DescribedSources = Pick<Recipe, 'content' | 'styles' | 'initPicture'>

/** Long sides of the copies that live with a result. */
const beforeSidePx = 2048
const styleSidePx = 320

/**
 * Measures the pictures and puts views of them beside the result, so that it can be looked at when they are gone.
 *
 * @throws PasticheError where a picture cannot be read, or a view not be written
 */
export async function copySources(
  tools: Pick<EngineHost, 'call'>,
  folder: string,
  { content, styles, initPicture }: ResultSources,
): Promise<DescribedSources> {
  const before = join(folder, resultFiles.before)
  await tools.call('renderPicture', {
    path: content.path,
    edit: { quarterTurns: 0, crop: null },
    maxSidePx: beforeSidePx,
    target: { path: before },
  })
  await tighten(before)
  const described: DescribedSources['styles'] = []
  for (const [index, { weight, edit, ...file }] of styles.entries()) {
    const view = join(folder, resultFiles.style(index))
    await tools.call('renderPicture', {
      path: file.path,
      edit,
      maxSidePx: styleSidePx,
      target: { path: view },
    })
    await tighten(view)
    described.push({ picture: await describePicture(tools, file), weight, edit })
  }
  return {
    content: await describePicture(tools, content),
    styles: described,
    initPicture: initPicture && (await describePicture(tools, initPicture)),
  }
}

async function describePicture(
  tools: Pick<EngineHost, 'call'>,
  { path, name }: NamedFile,
): Promise<SourcePicture> {
  const { widthPx, heightPx } = await tools.call('inspectPicture', { path })
  return { name, widthPx, heightPx, sha256: await sha256OfFile(path) }
}

/** In hex. @throws PasticheError `file-not-found`, `file-not-readable` */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new PasticheError('file-not-found', `There is no picture at ${path}.`)
    throw new PasticheError('file-not-readable', `Cannot read ${path}: ${message}.`, { cause: thrown })
  }
  return hash.digest('hex')
}
