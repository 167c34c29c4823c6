import type { Dirent, Stats } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { resultId } from '../../../shared/contract/recipe.ts'
import type { StudioNotice } from '../../../shared/contract/studio.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { pngSize } from './png-size.ts'
import { recipeFile, resultFiles, type StoredResult } from './result-file.ts'

export interface ReadResults {
  readonly results: readonly StoredResult[]
  /** Sentences about broken results and where they are now. */
  readonly notices: readonly StudioNotice[]
}

/** Long enough that no other Pastiche still paints in it, or wants its deletion undone. */
const forgottenAfterMs = 7 * 24 * 3_600_000

/**
 * Every result in a folder; one that is not there is empty. Never throws: what is damaged is set aside. A half-made result
 * whose picture is whole comes as `unfinished`, with the size of that picture.
 */
export async function readResults(folder: string): Promise<ReadResults> {
  const results: StoredResult[] = []
  const notices: StudioNotice[] = []
  for (const id of await idsIn(folder, notices)) {
    try {
      const result = await readWhole(join(folder, id), id)
      if (result !== null) results.push(result)
    } catch (thrown) {
      const isNewer = thrown instanceof PasticheError && thrown.code === 'document-newer'
      notices.push(isNewer ? newerNotice(join(folder, id)) : await setAside(folder, id, thrown))
    }
  }
  return { results, notices }
}

/** Removes for good what was deleted more than a week ago. Never throws. */
export async function emptyTrash(folder: string): Promise<void> {
  for (const id of await idsIn(folder, [])) await removeForgotten(join(folder, id)).catch(() => undefined)
}

/** @returns null where there is no picture yet: another Pastiche may be painting it, unless the folder is old */
async function readWhole(folder: string, id: string): Promise<StoredResult | null> {
  const master = join(folder, resultFiles.master)
  const file = await statOrNull(master)
  const result = (await recipeFile(folder).read())?.value ?? null
  if (file?.isFile() === false) throw damaged('Its picture is not a file.')
  const isHalfMade = result === null || result.state === 'unfinished'
  if (file === null && isHalfMade) {
    await removeForgotten(folder)
    return null
  }
  if (file === null) throw damaged('Its picture is gone.')
  if (result === null) throw damaged('Its recipe is gone.')
  if (result.id !== id) throw damaged('It is a copy of another result.')
  if (result.state !== 'unfinished') return result
  return { ...result, ...(await pngSize(master)), bytes: file.size, createdAt: file.mtime.toISOString() }
}

const damaged = (message: string): PasticheError => new PasticheError('file-not-found', message)

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}

async function removeForgotten(folder: string): Promise<void> {
  const { mtimeMs } = await stat(folder)
  if (Date.now() - mtimeMs > forgottenAfterMs) await rm(folder, { recursive: true, force: true })
}

async function idsIn(folder: string, notices: StudioNotice[]): Promise<string[]> {
  const isResult = (entry: Dirent): boolean => entry.isDirectory() && resultId.safeParse(entry.name).success
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter(isResult).map(({ name }) => name)
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException
    if (code !== 'ENOENT')
      notices.push({
        level: 'error',
        message: `Cannot read the gallery in ${folder}: ${message}.`,
        hint: 'Check the permissions of the folder.',
      })
    return []
  }
}

function newerNotice(folder: string): StudioNotice {
  const message = `The result in ${folder} was made by a newer Pastiche and is not shown.`
  return { level: 'warning', message, hint: 'Update Pastiche to see it.' }
}

async function setAside(folder: string, id: string, thrown: unknown): Promise<StudioNotice> {
  const path = join(folder, id)
  const message = `The result in ${path} could not be read. ${(thrown as Error).message}`
  const left: StudioNotice = { level: 'warning', message, hint: null }
  // A file that cannot be opened now may be fine tomorrow; only its content condemns a result.
  const cause = thrown instanceof PasticheError && thrown.cause
  const isOfTheSystem = cause instanceof Error && 'syscall' in cause
  if (isOfTheSystem || !(thrown instanceof PasticheError)) return left
  const asideFolder = join(folder, '.set-aside')
  const aside = join(asideFolder, `${id}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`)
  try {
    await mkdir(asideFolder, { recursive: true })
    await rename(path, aside)
    return { ...left, hint: `It is now in ${aside}.` }
  } catch {
    return left
  }
}
