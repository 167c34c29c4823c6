import { open, readFile, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { PasticheError } from '../../shared/errors.ts'
import { sniffBytes, sniffFormat } from './formats.ts'
import type { InputFormat } from './formats.ts'
import { errnoOf } from './output.ts'

/** A file that is known to be there, readable, and of a format that is read. */
export interface PictureSource {
  readonly path: string
  readonly format: InputFormat
  /** What libvips opens. */
  readonly input: string | Buffer
}

const absent = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ERR_INVALID_ARG_VALUE'])

function readError(path: string, cause: unknown): PasticheError {
  if (cause instanceof PasticheError) return cause
  const errno = errnoOf(cause)
  if (absent.has(errno)) {
    return new PasticheError('file-not-found', `Expected a picture at ${path}, there is nothing.`, { cause })
  }
  const reason = errno === 'EACCES' || errno === 'EPERM' ? 'access is denied' : errno
  return new PasticheError('file-not-readable', `Expected to be able to read ${path}, but ${reason}.`, {
    cause,
  })
}

async function readHead(path: string): Promise<Uint8Array> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file?.close()
  }
}

/**
 * Looks at a file without decoding anything.
 * @throws PasticheError `file-not-found`, `file-not-readable`, `not-a-picture`, `picture-damaged` (0 bytes)
 */
export async function openSource(path: string): Promise<PictureSource> {
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) {
      throw new PasticheError('not-a-picture', `Expected a picture, ${path} is a folder.`)
    }
    // Opening a pipe would wait for ever.
    if (!stats.isFile()) throw new PasticheError('not-a-picture', `Expected a picture, ${path} is a device.`)
    if (stats.size === 0) {
      throw new PasticheError('picture-damaged', `Expected a picture, ${path} is empty (0 bytes).`)
    }
    const format = sniffFormat(path, await readHead(path))
    // libvips takes "[…]" at the end of a name for options of the loader.
    return { path, format, input: path.endsWith(']') ? await readFile(path) : path }
  } catch (cause) {
    throw readError(path, cause)
  }
}
