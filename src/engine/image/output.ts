import { constants } from 'node:fs'
import type { Stats } from 'node:fs'
import { access, mkdir, realpath, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { PasticheError } from '../../shared/errors.ts'

/** The system's name of what went wrong: ENOENT, EACCES … */
export const errnoOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown error'

const reasons = new Map([
  ['EACCES', 'access is denied'],
  ['EPERM', 'access is denied'],
  ['EROFS', 'the drive is read-only'],
  ['ENOENT', 'its folder cannot be made'],
  ['ENOTDIR', 'a part of the path is a file'],
  ['EEXIST', 'a part of the path is a file'],
  ['EISDIR', 'it is a folder'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EBUSY', 'another program holds it'],
])

/** What the system said when a file could not be written, as an error that a person can act on. */
export function outputError(path: string, cause: unknown): PasticheError {
  const errno = errnoOf(cause)
  if (errno === 'ENOSPC')
    return new PasticheError('disk-full', `Expected room for ${path}, the drive is full.`, { cause })
  if (errno === 'EDQUOT')
    return new PasticheError('disk-full', `Expected room for ${path}, the quota is used up.`, { cause })
  const reason = reasons.get(errno) ?? errno
  return new PasticheError('output-not-writable', `Expected to be able to write ${path}, but ${reason}.`, {
    cause,
  })
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null
    throw cause
  }
}

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

/**
 * Makes the missing folders of an output and checks that it can be written, before an hour of work is spent on it.
 * @throws PasticheError `output-not-writable`, `disk-full`
 */
export async function prepareOutput(path: string): Promise<void> {
  const folder = dirname(resolve(path))
  try {
    const existing = await statOrNull(path)
    if (existing?.isDirectory() === true) {
      throw new PasticheError(
        'output-not-writable',
        `Expected a file name for the output, ${path} is a folder.`,
      )
    }
    // Replacing a device or a pipe (/dev/null, run as root) by a picture would harm the system.
    if (existing?.isFile() === false) {
      throw new PasticheError(
        'output-not-writable',
        `Expected a file name for the output, ${path} is a device.`,
      )
    }
    if (existing !== null) await access(path, constants.W_OK)
    await makeFolder(folder)
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw cause instanceof PasticheError ? cause : outputError(path, cause)
  }
}

/**
 * Writes a whole file or nothing: beside the target first, flushed, then renamed over it.
 * @throws PasticheError `output-not-writable`, `disk-full`
 */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFileAtomic(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch (cause) {
    throw outputError(path, cause)
  }
}

const realpathOrNull = (path: string): Promise<string | null> => realpath(path).catch(() => null)

/**
 * Refuses to replace one of the pictures that a result is made from, however the two paths are spelled
 * (relative, through links, in another case on a file system that ignores it).
 * @throws PasticheError `output-is-input`
 */
export async function assertNotSameFile(output: string, inputs: readonly string[]): Promise<void> {
  const real = await realpathOrNull(output)
  // What does not exist yet cannot be an input.
  if (real === null) return
  for (const input of inputs) {
    if ((await realpathOrNull(input)) === real) {
      throw new PasticheError(
        'output-is-input',
        `Expected an output other than the inputs, ${output} is one of them.`,
      )
    }
  }
}
