import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import { errorCatalogue, PasticheError } from '../shared/errors.ts'
import { fileIdentity, type EngineHost } from '../host/index.ts'
import { describeLeftOut, type LeftOut } from './left-out.ts'

/** The photos of a job: a single file, or all that folders, globs and several files name. */
export interface Inputs {
  readonly files: readonly string[]
  /** True if the user meant a list, though it may have one entry only. */
  readonly isBatch: boolean
  readonly leftOut: readonly LeftOut[]
}

/** Looks into the headers of pictures. */
export type Inspector = Pick<EngineHost, 'call'>

interface Found {
  readonly files: readonly string[]
  readonly isList: boolean
  readonly leftOut: readonly LeftOut[]
}

/**
 * Resolves what was named as content. Folders and globs give the pictures in them, judged by their bytes; hidden files, results of
 * earlier runs (`…-pastiche.png`) and previews are not painted. A file with several names is painted once.
 *
 * @throws PasticheError `no-pictures`
 */
export async function findInputs(named: readonly string[], inspector: Inspector): Promise<Inputs> {
  const found: Found[] = []
  for (const name of named) found.push(await expand(name, inspector))
  const { files, repeats } = await unique(found.flatMap(({ files }) => files))
  const isList = found.some(({ isList }) => isList)
  return {
    files,
    isBatch: isList || files.length > 1,
    leftOut: [...found.flatMap(({ leftOut }) => leftOut), ...repeats],
  }
}

async function expand(name: string, inspector: Inspector): Promise<Found> {
  const entry = await stat(name).catch(() => null)
  if (entry?.isDirectory()) return picturesAmong(await filesIn(name), name, inspector)
  // A file may be called like a pattern; what exists is meant literally.
  if (entry ?? !isDynamicPattern(name)) return { files: [name], isList: false, leftOut: [] }
  // A backslash escapes in a pattern, except where it parts folders.
  const pattern = process.platform === 'win32' ? name.replaceAll('\\', '/') : name
  const found = await glob(pattern, { absolute: true, expandDirectories: false, caseSensitiveMatch: false })
  return picturesAmong(found.map((file) => resolve(file)).sort(), name, inspector)
}

/** The files of a folder, links to files included, but not hidden ones. */
async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new PasticheError('file-not-readable', `The folder ${folder} cannot be read.`, { cause })
  })
  const visible = names.filter((name) => !name.startsWith('.')).sort()
  const paths = visible.map((name) => resolve(join(folder, name)))
  const areFolders = await Promise.all(
    paths.map(async (path) => (await stat(path).catch(() => null))?.isDirectory() ?? false),
  )
  return paths.filter((_, index) => !areFolders[index])
}

const resultName = /-pastiche(-unfinished)?(-\d+)?\.[a-z]+$/i
const previewName = /^step-\d{6,}(-\d+)?\.png$/i

async function picturesAmong(paths: readonly string[], name: string, inspector: Inspector): Promise<Found> {
  const [files, leftOut]: [string[], LeftOut[]] = [[], []]
  for (const path of paths) {
    const reason = await whyNot(path, inspector)
    if (reason === null) files.push(path)
    else leftOut.push({ path, ...reason })
  }
  if (files.length > 0) return { files, isList: true, leftOut }
  const hint = describeLeftOut(leftOut).join('\n')
  throw new PasticheError('no-pictures', `No pictures to paint in ${name}.`, hint === '' ? {} : { hint })
}

async function whyNot(path: string, inspector: Inspector): Promise<Omit<LeftOut, 'path'> | null> {
  if (resultName.test(path)) return { kind: 'result', reason: 'It is a result of an earlier run.' }
  if (previewName.test(basename(path)))
    return { kind: 'result', reason: 'It is a preview of an earlier run.' }
  try {
    await inspector.call('inspectPicture', { path })
    return null
  } catch (thrown) {
    const { code, message, hint } = PasticheError.from(thrown)
    if (claimsToBePicture(path) || (await isPictureAfterAll(path, code))) return null
    // A way out for this very kind of file is worth a line; what every other file is told too is not.
    const reason = hint === errorCatalogue[code].hint ? message : `${message} ${hint}`
    return { kind: 'no picture', reason }
  }
}

/** A damaged picture is painted in vain, so that the end of the list tells of it. */
async function isPictureAfterAll(path: string, code: string): Promise<boolean> {
  if (!['picture-damaged', 'picture-too-large'].includes(code)) return false
  const { size } = await stat(path).catch(() => ({ size: 0 }))
  return size > 0
}

const commonEndings = ['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff', '.gif']

/** Whoever calls a file so takes it for a picture: where it is none, that is worth an error. */
function claimsToBePicture(path: string): boolean {
  return commonEndings.includes(extname(path).toLowerCase())
}

/** Each file once, under the first of its names. */
async function unique(files: readonly string[]): Promise<{ files: string[]; repeats: LeftOut[] }> {
  const first = new Map<string, string>()
  const repeats: LeftOut[] = []
  for (const path of files) {
    const identity = (await fileIdentity(path)) ?? resolve(path)
    const known = first.get(identity)
    if (known === undefined) first.set(identity, path)
    else repeats.push({ path, kind: 'repeat', reason: `It is the same file as ${known}.` })
  }
  return { files: [...first.values()], repeats }
}
