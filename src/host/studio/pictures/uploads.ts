import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { uploadPurposes } from '../../../shared/contract/media.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { fileProblem } from '../../file-problem.ts'
import { makePrivateFolder } from '../../files/private-files.ts'
import { shortName } from '../file-names.ts'
import type { NamedFile } from '../gallery/source-copies.ts'
import type { UploadRequest } from '../studio-service.ts'

/** Long enough that no other page still has it in hand. */
const forgottenAfterMs = 7 * 24 * 3_600_000

/** Files that came from a page, each under the hash of its bytes: the same file twice is one file, and keeps its ticket. */
export class Uploads {
  readonly #folder: string
  readonly #assertOurs: () => Promise<void>
  /** A file that is being cleaned up may be about to come again. */
  #cleaning: Promise<void> = Promise.resolve()

  /** @param assertOurs rejects where nothing may be written: the library is gone, or another's */
  constructor(folder: string, assertOurs: () => Promise<void> = () => Promise.resolve()) {
    this.#folder = folder
    this.#assertOurs = assertOurs
  }

  /** @throws PasticheError `upload-refused`, `disk-full`, `output-not-writable` */
  async take({ purpose, name, body }: UploadRequest): Promise<NamedFile> {
    const temporary = join(this.#folder, `incoming-${randomUUID()}`)
    await this.#cleaning
    try {
      await this.#assertOurs()
      await makePrivateFolder(this.#folder)
      const { sha256, bytes } = await write(temporary, body, uploadPurposes[purpose])
      if (bytes === 0) throw new PasticheError('upload-refused', `"${shownName(name)}" is empty.`)
      const path = join(this.#folder, `${sha256}${endingOf(name)}`)
      await this.#assertOurs()
      await rename(temporary, path)
      return { path, name: shownName(name) }
    } catch (thrown) {
      throw fileProblem(thrown, `Cannot keep the file "${shownName(name)}"`)
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined)
    }
  }

  /** Takes away an upload whose content has found its place elsewhere. Other files stay where they are. Never throws. */
  async drop(path: string): Promise<void> {
    if (dirname(path) === this.#folder) await rm(path, { force: true }).catch(() => undefined)
  }

  /** Removes what nothing has mentioned for a week. Never throws. */
  clean(mentioned: readonly string[]): Promise<void> {
    this.#cleaning = this.#clean(new Set(mentioned))
    return this.#cleaning
  }

  async #clean(mentioned: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    const now = new Date()
    for (const name of names) {
      const path = join(this.#folder, name)
      try {
        if (mentioned.has(path)) await utimes(path, now, now)
        else if (
          name.startsWith('incoming-') ||
          now.getTime() - (await stat(path)).mtimeMs > forgottenAfterMs
        )
          await rm(path, { force: true })
      } catch {
        // The next start tries again.
      }
    }
  }
}

async function write(
  path: string,
  body: AsyncIterable<Uint8Array>,
  mostBytes: number,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  const measure = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length
      hash.update(chunk)
      if (bytes <= mostBytes) done(null, chunk)
      else done(tooLarge(mostBytes))
    },
  })
  await pipeline(body, measure, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
  return { sha256: hash.digest('hex'), bytes }
}

function tooLarge(mostBytes: number): PasticheError {
  const message = `This file is too large (limit ${mostBytes / 2 ** 20} MiB).`
  return new PasticheError('upload-refused', message)
}

/** For whoever looks into the folder: nothing else reads it. */
function endingOf(name: string): string {
  const ending = extname(name).toLowerCase()
  return /^\.[a-z0-9]{1,11}$/.test(ending) ? ending : ''
}

/** One line, without what may be a path. */
function shownName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  const plain = last.replaceAll(/\p{C}/gu, '').trim()
  return shortName(plain).trim() || 'file'
}
