import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl'
import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'
import { checkedName, maxTensors, quoted } from './tensor-file.ts'

/** The directory of a zip file, and where the content of its entries lies. */
export interface ZipDirectory {
  readonly entries: ReadonlyMap<string, Entry>
  /** Position in the file of the content of an entry, which fits into the file. */
  locate(entry: Entry): Promise<number>
}

/** Names, extra fields and comments of all entries, each of which may have 64 kB. */
const maxDirectoryLength = 2_000_000

/**
 * Reads the directory of a zip file. Nothing is unpacked, and no name becomes a path.
 *
 * @throws PasticheError `weights-damaged`, and `weights-refused` where a name would leave its folder
 */
export async function openZip(file: ByteSource): Promise<ZipDirectory> {
  const reader = new SourceReader(file)
  try {
    const { zip, entries } = await reader.orFailure(readDirectory(reader, file.sizeBytes))
    return { entries, locate: (entry) => locate(reader, zip, entry, file.sizeBytes) }
  } catch (error) {
    throw zipError(error)
  }
}

async function readDirectory(
  reader: SourceReader,
  sizeBytes: number,
): Promise<{ zip: ZipFile; entries: Map<string, Entry> }> {
  const entries = new Map<string, Entry>()
  let length = 0
  const zip = await fromRandomAccessReaderPromise(reader, sizeBytes, { autoClose: false })
  for await (const entry of zip.eachEntry()) {
    if (entries.has(checkedName(entry.fileName))) throw damaged(`two entries named ${quoted(entry.fileName)}`)
    if (entries.size >= maxTensors)
      throw new PasticheError(
        'weights-unsupported',
        `The zip has more than ${maxTensors} entries: no weights file.`,
      )
    length += entry.fileName.length + entry.extraFieldRaw.length + entry.fileCommentLength
    if (length > maxDirectoryLength)
      throw new PasticheError(
        'weights-unsupported',
        `The zip takes more than ${maxDirectoryLength / 1e6} MB to name its entries: no weights file.`,
      )
    entries.set(entry.fileName, entry)
  }
  return { zip, entries }
}

async function locate(reader: SourceReader, zip: ZipFile, entry: Entry, sizeBytes: number): Promise<number> {
  try {
    const header = zip.readLocalFileHeaderPromise(entry, { minimal: true })
    const { fileDataStart } = await reader.orFailure(header)
    if (fileDataStart + entry.compressedSize > sizeBytes)
      throw damaged(`an entry that is longer than the file: ${quoted(entry.fileName)}`)
    return fileDataStart
  } catch (error) {
    throw zipError(error)
  }
}

/**
 * Lets yauzl read from our file. Its own reader hands any offset that a file claims to the operating system, and what
 * it throws then, or anywhere else between two reads, reaches nobody and ends the process; here it becomes a rejection.
 */
class SourceReader extends RandomAccessReader {
  readonly #file: ByteSource
  readonly #failure: Promise<never>
  #fail: (error: unknown) => void = () => undefined

  constructor(file: ByteSource) {
    super()
    this.#file = file
    this.#failure = new Promise((_, reject) => (this.#fail = reject))
    this.#failure.catch(() => undefined)
  }

  /** The result of something that yauzl does, or what it threw meanwhile. */
  orFailure<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#failure])
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#file
      .read(position, length)
      .then((piece) => {
        buffer.set(piece, offset)
        callback(null)
      }, callback)
      .catch(this.#fail)
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null)
  }
}

/** yauzl refuses names that would leave a folder: `..`, absolute ones, backslashes. */
function zipError(error: unknown): PasticheError {
  if (error instanceof PasticheError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (/relative path|absolute path|characters in fileName/.test(message))
    return new PasticheError('weights-refused', `The zip has names that lead out of it: ${quoted(message)}.`)
  return damaged(quoted(message), error)
}

function damaged(what: string, cause?: unknown): PasticheError {
  return new PasticheError('weights-damaged', `The zip is damaged: ${what}.`, {
    cause,
  })
}
