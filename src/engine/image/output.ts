import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import {
  chmod,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  statfs,
} from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { PasticheError } from '../../shared/errors.ts'
import { foldFileName, numberedName } from '../../shared/file-names.ts'

/** The system's name of what went wrong: ENOENT, EACCES … */
export const errnoOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown error'

const reasons = new Map([
  ['EACCES', 'access is denied'],
  ['EPERM', 'access is denied'],
  ['EROFS', 'the drive is read-only'],
  ['ENOENT', 'its folder cannot be created'],
  ['ENOTDIR', 'a part of the path is a file'],
  ['EEXIST', 'a part of the path is a file'],
  ['EISDIR', 'it is a folder'],
  ['ENAMETOOLONG', 'the name or the whole path is too long'],
  ['ELOOP', 'its links lead back to themselves'],
  ['EBUSY', 'another program holds it'],
])

/** Turns a system error on writing a file into one that a person can act on. */
export function outputError(path: string, cause: unknown): PasticheError {
  const errno = errnoOf(cause)
  if (errno === 'ENOSPC')
    return new PasticheError('disk-full', `There is no room for ${path}: the drive is full.`, { cause })
  if (errno === 'EDQUOT')
    return new PasticheError('disk-full', `There is no room for ${path}: the quota is used up.`, { cause })
  const reason = reasons.get(errno) ?? errno
  return new PasticheError('output-not-writable', `${path} cannot be written: ${reason}.`, { cause })
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null
    throw cause
  }
}

const statOrNull = (path: string): Promise<Stats | null> => orNull(stat(path))

/** Not Node's recursive mkdir: that one never returns in a place like /proc, where no folder can be made. */
async function makeFolder(folder: string): Promise<void> {
  if ((await statOrNull(folder)) !== null) return
  const parent = dirname(folder)
  if (parent !== folder) await makeFolder(parent)
  try {
    await mkdir(folder)
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause
  }
}

const notWritable = (message: string): PasticheError => new PasticheError('output-not-writable', message)

/**
 * Checks without leaving a trace that the folder of a file, or the nearest one that exists, takes files. Only trying tells that:
 * permissions, read-only drives and quotas are not all in the mode.
 *
 * @throws PasticheError `output-not-writable`, `disk-full`
 */
export async function checkFolderOf(path: string): Promise<void> {
  try {
    // The name itself may be too long.
    await statOrNull(path)
    await rm(await writeBeside(await nearestFolder(dirname(resolve(path))), new Uint8Array(1)))
  } catch (cause) {
    throw outputError(path, cause)
  }
}

/**
 * Checks what has the name of an output that is going to replace it: a file that can be written, or nothing.
 *
 * @throws PasticheError `output-not-writable`
 */
export async function checkReplaceable(path: string): Promise<void> {
  try {
    const existing = await statOrNull(path)
    if (existing?.isDirectory() === true)
      throw notWritable(`${path} is a folder, so no picture can have its name.`)
    // Replacing a device or a pipe (/dev/null, run as root) by a picture would harm the system.
    if (existing?.isFile() === false)
      throw notWritable(`${path} is a device, so no picture can have its name.`)
    if (existing === null && (await orNull(lstat(path))) !== null)
      throw notWritable(`${path} is a link to a file that does not exist.`)
    if (existing !== null) await (await open(path, 'r+')).close()
  } catch (cause) {
    throw cause instanceof PasticheError ? cause : outputError(path, cause)
  }
}

async function nearestFolder(folder: string): Promise<string> {
  const found = await statOrNull(folder)
  // The system says ENOTDIR when a file is written "into" another.
  if (found !== null || dirname(folder) === folder) return folder
  return nearestFolder(dirname(folder))
}

/**
 * Makes the missing folders of an output that replaces what has its name, and checks that it can be written.
 *
 * @throws PasticheError `output-not-writable`, `disk-full`
 */
export async function prepareOutput(path: string): Promise<void> {
  await checkReplaceable(path)
  await prepareFolderOf(path)
}

/**
 * Makes the missing folders of an output and checks that they take files, before an hour of work is spent on it.
 *
 * @throws PasticheError `output-not-writable`, `disk-full`
 */
export async function prepareFolderOf(path: string): Promise<void> {
  await checkFolderOf(path)
  try {
    await makeFolder(dirname(resolve(path)))
  } catch (cause) {
    throw outputError(path, cause)
  }
}

/**
 * Room for a file of so many bytes, where the system can tell.
 *
 * @throws PasticheError `disk-full`
 */
export async function checkRoom(path: string, bytes: number): Promise<void> {
  const found = await nearestFolder(dirname(resolve(path)))
    .then((folder) => statfs(folder))
    .catch(() => null)
  // Some drives over a network tell no sizes at all.
  if (found === null || found.blocks === 0) return
  const freeBytes = found.bavail * found.bsize
  if (freeBytes >= bytes) return
  throw new PasticheError(
    'disk-full',
    `The picture needs about ${megabytes(bytes)}, but only ${megabytes(freeBytes)} are free for ${path}.`,
  )
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** A whole file under a hidden name, short enough beside any other. */
async function writeBeside(folder: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, `.pastiche-${randomUUID()}.part`)
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } catch (cause) {
    await rm(path, { force: true }).catch(() => undefined)
    throw cause
  } finally {
    await file.close()
  }
  return path
}

/**
 * Writes a whole file or nothing, in place of the one that is there: beside it first, flushed, then renamed over it. A link stays
 * one: what it leads to is replaced.
 *
 * @throws PasticheError `output-not-writable`, `disk-full`
 */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const target = (await orNull(realpath(path))) ?? resolve(path)
    const before = await statOrNull(target)
    const written = await writeBeside(dirname(target), bytes)
    try {
      if (before !== null) await chmod(written, before.mode & 0o777)
      await rename(written, target)
    } catch (cause) {
      await rm(written, { force: true }).catch(() => undefined)
      throw cause
    }
  } catch (cause) {
    throw outputError(path, cause)
  }
}

/**
 * Writes a whole file or nothing under the first free name of `photo.png`, `photo-2.png`, … Nothing is ever replaced, also where
 * another process places a file of the same name at the same moment.
 *
 * @param mark goes before the number: `photo-unfinished-2.png`
 * @returns where it is
 * @throws PasticheError `output-not-writable`, `disk-full`
 */
export async function writeNew(path: string, bytes: Uint8Array, mark = ''): Promise<string> {
  const folder = dirname(resolve(path))
  try {
    const written = await writeBeside(folder, bytes)
    try {
      return await placeNew(written, path, mark)
    } finally {
      await rm(written, { force: true }).catch(() => undefined)
    }
  } catch (cause) {
    throw outputError(path, cause)
  }
}

async function placeNew(written: string, path: string, mark: string): Promise<string> {
  const [folder, ending] = [dirname(resolve(path)), extname(path)]
  const stem = basename(path, ending)
  const taken = new Set((await readdir(folder)).map(foldFileName))
  for (let number = 1; ; number++) {
    const name = numberedName(stem, mark, ending, number)
    if (!taken.has(foldFileName(name)) && (await moveUnlessTaken(written, join(folder, name))))
      return join(folder, name)
  }
}

/** @returns false where the name was taken meanwhile. A second link never replaces a file; renaming would. */
async function moveUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST') return false
  }
  // Drives without links (FAT, some networks): an empty file takes the name first.
  const file = await open(to, 'wx').catch((cause: unknown) => {
    if (errnoOf(cause) === 'EEXIST') return null
    throw cause
  })
  if (file === null) return false
  await file.close()
  try {
    await rename(from, to)
  } catch (cause) {
    await rm(to, { force: true }).catch(() => undefined)
    throw cause
  }
  return true
}

/** Identity of a file under any name: its place on its drive, with links followed. `null` if there is none. */
export async function fileIdentity(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  if (found === null) return null
  // Some drives number no files.
  return found.ino === 0n ? realpath(path).catch(() => null) : `${found.dev}:${found.ino}`
}

/**
 * Refuses to replace one of the files that a result is made from, however the two paths are spelled: relative, through links of
 * either kind, in another case on a file system that ignores it.
 *
 * @throws PasticheError `output-is-input`
 */
export async function assertNotSameFile(output: string, inputs: readonly string[]): Promise<void> {
  const identity = await fileIdentity(output)
  // A file that does not exist yet cannot be an input.
  if (identity === null) return
  for (const input of inputs)
    if ((await fileIdentity(input)) === identity)
      throw new PasticheError(
        'output-is-input',
        `${output} is one of the files the picture is made from, and would be replaced.`,
      )
}
