import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { PasticheError } from '../../shared/errors.ts'
import { decodeText } from '../decode-text.ts'

/** Windows has the first alone (the others count as 0 there): no file of a folder is a pipe or a terminal. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

/** Documents of ours have kilobytes; the queue of a very long list a few megabytes. */
const maxDocumentBytes = 64 * 2 ** 20

/**
 * Opens a file to read it, and nothing else: a pipe, a device or a folder in its place is refused at once, where `open` would
 * wait for a writer or read for ever. Null where there is nothing.
 *
 * @throws PasticheError `file-not-readable`
 */
export async function openPlainFile(path: string): Promise<FileHandle | null> {
  let file: FileHandle | null = null
  try {
    // Before it is opened, as opening alone may have an effect on a device.
    assertPlain(path, await stat(path))
    file = await open(path, flags)
    assertPlain(path, await file.stat())
    return file
  } catch (thrown) {
    await file?.close()
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    if (code === 'ELOOP') throw notPlain(path, 'a link that leads to itself')
    throw readProblem(path, thrown)
  }
}

/**
 * The bytes of a small file, whole. Null where there is nothing.
 *
 * @throws PasticheError `file-not-readable`, also for what is no file or larger than `maxBytes`
 */
export async function readPlainFile(path: string, maxBytes = maxDocumentBytes): Promise<Buffer | null> {
  const file = await openPlainFile(path)
  if (file === null) return null
  try {
    const { size } = await file.stat()
    if (size > maxBytes) throw tooLarge(path, size, maxBytes)
    return await file.readFile()
  } catch (thrown) {
    throw readProblem(path, thrown)
  } finally {
    await file.close()
  }
}

/** As {@link readPlainFile}, as text. */
export async function readPlainText(path: string, maxBytes = maxDocumentBytes): Promise<string | null> {
  const bytes = await readPlainFile(path, maxBytes)
  return bytes === null ? null : decodeText(bytes)
}

function assertPlain(path: string, entry: Stats): void {
  if (!entry.isFile()) throw notPlain(path, kindOf(entry))
}

function notPlain(path: string, kind: string): PasticheError {
  const hint = 'Move it away, or put the file back in its place.'
  return new PasticheError('file-not-readable', `${path} is ${kind}, not a file.`, { hint })
}

/** "a folder", as the end of a sentence about what stands where something else should. */
export function kindOf(entry: Pick<Stats, `is${string}` & keyof Stats>): string {
  if (entry.isDirectory()) return 'a folder'
  if (entry.isSymbolicLink()) return 'a link'
  if (entry.isFIFO()) return 'a pipe'
  if (entry.isSocket()) return 'a socket'
  return entry.isFile() ? 'a file' : 'a device'
}

function tooLarge(path: string, bytes: number, maxBytes: number): PasticheError {
  const megabytes = (count: number): string => `${Math.ceil(count / 1e6).toLocaleString('en')} MB`
  const message = `${path} is too large (${megabytes(bytes)}; limit ${megabytes(maxBytes)}).`
  return new PasticheError('file-not-readable', message, { hint: 'It is no file that Pastiche wrote.' })
}

function readProblem(path: string, thrown: unknown): PasticheError {
  if (thrown instanceof PasticheError) return thrown
  const { message } = thrown as NodeJS.ErrnoException
  return new PasticheError('file-not-readable', `Cannot read ${path}: ${message}.`, { cause: thrown })
}
