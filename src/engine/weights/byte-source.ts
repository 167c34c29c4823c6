import { open, stat, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { PasticheError } from '../../shared/errors.ts'

/** A file that is read piece by piece, so that no more of it is in memory than is wanted. */
export interface ByteSource {
  readonly name: string
  readonly sizeBytes: number
  /** For libraries that read by themselves; it stays this object's to close. */
  readonly descriptor: number
  /** Offset of its first byte in the open file. */
  readonly start: number
  /**
   * @throws PasticheError `weights-damaged` where the range leaves the file; nothing is allocated then
   */
  read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>>
  /** True if the file is still the one that was opened: same size, same time of its last change. */
  isUnchanged(): Promise<boolean>
  close(): Promise<void>
}

/**
 * @throws PasticheError `file-not-found` where there is no such file, or no plain one
 */
export async function openBytes(path: string): Promise<ByteSource> {
  const handle = await openPlainFile(path)
  const before = await handle.stat({ bigint: true })
  const sizeBytes = Number(before.size)
  return {
    name: basename(path),
    sizeBytes,
    descriptor: handle.fd,
    start: 0,
    read: (position, length) => readRange(handle, sizeBytes, position, length),
    async isUnchanged() {
      const now = await handle.stat({ bigint: true })
      return now.size === before.size && now.mtimeNs === before.mtimeNs
    },
    close: () => handle.close(),
  }
}

/** A part of a file as a file of its own; closing it closes nothing. */
export function sliceBytes(file: ByteSource, start: number, sizeBytes: number): ByteSource {
  return {
    ...file,
    sizeBytes,
    start: file.start + start,
    read: (position, length) =>
      position >= 0 && position + length <= sizeBytes
        ? file.read(start + position, length)
        : Promise.reject(new PasticheError('weights-damaged', 'A file inside the archive ends too early.')),
    close: () => Promise.resolve(),
  }
}

async function openPlainFile(path: string): Promise<FileHandle> {
  try {
    // Asked first, because opening a named pipe would wait for its other end.
    if ((await stat(path)).isFile()) return await open(path, 'r')
  } catch (error) {
    throw new PasticheError('file-not-found', `Cannot open ${path}: ${(error as Error).message}.`, {
      cause: error,
    })
  }
  throw new PasticheError('file-not-found', `${path} is not a file.`)
}

async function readRange(
  handle: FileHandle,
  sizeBytes: number,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!(position >= 0 && length >= 0 && position + length <= sizeBytes))
    throw new PasticheError(
      'weights-damaged',
      `The file ends too early: it has ${sizeBytes} bytes, and ${length} more are needed from byte ${position} on.`,
    )
  const bytes = new Uint8Array(new ArrayBuffer(length))
  let done = 0
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done)
    if (bytesRead === 0)
      throw new PasticheError('weights-damaged', 'The file became shorter while it was read.')
    done += bytesRead
  }
  return bytes
}
