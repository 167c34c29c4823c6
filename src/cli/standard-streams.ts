import { createHash } from 'node:crypto'
import { constants, createReadStream, createWriteStream, write } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { PasticheError } from '../shared/errors.ts'
import { numberedName } from '../shared/file-names.ts'

/** A picture that came through standard input, as a file. */
export interface PipedPicture {
  readonly path: string
  /** Checksum of its bytes: the same picture is the same job, wherever it is stored. */
  readonly sha256: string
}

/** No photo and no painting is larger; a stream without end must not fill the drive. */
const mostBytes = 2 ** 30

/** A folder for what comes from standard input and goes to standard output. */
export class StandardStreams {
  readonly folder: string
  readonly isOutput: boolean
  input: PipedPicture | null = null

  private constructor(folder: string, isOutput: boolean) {
    this.folder = folder
    this.isOutput = isOutput
  }

  /**
   * @param inputs every picture that the command names; `-` is standard input
   * @returns null where none of them, nor the output, is a standard stream
   * @throws PasticheError `invalid-request`, `not-a-picture`, `picture-too-large`
   */
  static async open(inputs: readonly string[], isOutput: boolean): Promise<StandardStreams | null> {
    const count = inputs.filter((name) => name === '-').length
    if (count > 1)
      throw new PasticheError('invalid-request', 'Only one picture can come from standard input.', {
        hint: 'Save the others as files, and name these.',
      })
    if (count === 0 && !isOutput) return null
    if (count > 0 && process.stdin.isTTY)
      throw new PasticheError(
        'invalid-request',
        'Standard input is the terminal, so no picture can be read from it.',
        {
          hint: 'Send one in with < FILE or PROGRAM |, or name a file.',
        },
      )
    const streams = new StandardStreams(await mkdtemp(join(tmpdir(), 'pastiche-')), isOutput)
    try {
      if (count > 0) streams.input = await receive(join(streams.folder, 'standard-input'))
      return streams
    } catch (thrown) {
      await streams.remove()
      throw thrown
    }
  }

  /** The file behind a name. */
  resolve(name: string): string {
    return name === '-' ? this.input!.path : name
  }

  /** An error without the path of a file that the user never named. */
  inWords(error: PasticheError): PasticheError {
    if (this.input === null || !error.message.includes(this.input.path)) return error
    const message = error.message.replaceAll(this.input.path, 'standard input')
    return new PasticheError(error.code, message, { hint: error.hint, cause: error })
  }

  /** Never throws. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function receive(path: string): Promise<PipedPicture> {
  const hash = createHash('sha256')
  let bytes = 0
  async function* measured(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > mostBytes)
        throw new PasticheError('picture-too-large', 'More than 1 GiB came through standard input.')
      hash.update(chunk)
      yield chunk
    }
  }
  await pipeline(process.stdin, measured, createWriteStream(path, { mode: 0o600 }))
  if (bytes === 0) throw new PasticheError('not-a-picture', 'Nothing came through standard input.')
  return { path, sha256: hash.digest('hex') }
}

const reasons = new Map([
  ['EPIPE', 'the program that reads it has ended'],
  ['ENOSPC', 'the drive is full'],
  ['EBADF', 'it is closed'],
])

const writeTo = promisify(write)
const standardOutput = 1

/**
 * Sends a file to standard output.
 *
 * @throws PasticheError `output-not-writable`, `disk-full`, also where the reader has gone
 */
export async function sendToStandardOutput(path: string): Promise<void> {
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>)
      for (let sent = 0; sent < chunk.length;) sent += await send(chunk.subarray(sent))
  } catch (cause) {
    const { code = 'it is closed' } = cause as NodeJS.ErrnoException
    throw new PasticheError(
      code === 'ENOSPC' ? 'disk-full' : 'output-not-writable',
      `The picture could not be sent to standard output: ${reasons.get(code) ?? code}.`,
      { cause, hint: 'Save it as a file with --output FILE.' },
    )
  }
}

/** Directly to the descriptor: errors of the stream that messages use are another matter. */
async function send(bytes: Buffer): Promise<number> {
  try {
    return (await writeTo(standardOutput, bytes, 0, bytes.length, null)).bytesWritten
  } catch (thrown) {
    // A pipe that is full, and does not block.
    if ((thrown as NodeJS.ErrnoException).code !== 'EAGAIN') throw thrown
    await delay(5)
    return 0
  }
}

/** Copies a file into a folder, under the first free name. @returns where it is */
export async function keepCopy(path: string, folder: string): Promise<string> {
  const ending = extname(path)
  for (let number = 1; ; number++) {
    const copy = join(resolve(folder), numberedName(basename(path, ending), '', ending, number))
    try {
      await copyFile(path, copy, constants.COPYFILE_EXCL)
      return copy
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
    }
  }
}

/** True if a path lies in a folder itself. */
export function isIn(folder: string, path: string): boolean {
  return dirname(resolve(path)) === resolve(folder)
}
