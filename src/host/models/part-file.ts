import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, open, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { readPlainText } from '../files/plain-file.ts'
import { makePrivateFolder } from '../files/private-files.ts'

/** Validators with which a server distinguishes versions of a file; null if it has none. */
const fileVersion = z.object({
  etag: z.string().max(1000).nullable(),
  lastModified: z.string().max(100).nullable(),
  totalBytes: z.number().int().nonnegative().nullable(),
})
export type FileVersion = z.infer<typeof fileVersion>

/** The note beside a part: where its bytes come from. */
const partNote = z.object({ schema: z.literal(1), url: z.string(), version: fileVersion })

/** Point from which a download resumes. */
export interface ResumePoint {
  readonly offset: number
  readonly version: FileVersion
}

/**
 * A file on its way here: `<id>.part` and, beside it, `<id>.part.json` with where its bytes come from. The note never
 * speaks of other bytes than those that are there: a part is emptied before its note is written, and grows after.
 */
export class PartFile {
  readonly path: string
  readonly #notePath: string
  #bytes: number
  #note: z.infer<typeof partNote> | null
  #handle: FileHandle | null = null

  private constructor(path: string, bytes: number, note: z.infer<typeof partNote> | null) {
    this.path = path
    this.#notePath = noteOf(path)
    this.#bytes = bytes
    this.#note = note
  }

  /** Partial file of an earlier run, or a new one. */
  static async open(folder: string, id: string): Promise<PartFile> {
    await makePrivateFolder(folder)
    const path = join(folder, `${id}.part`)
    // A pipe in its place would take all that comes, and a link lead it elsewhere.
    const entry = await lstat(path).catch(() => null)
    if (entry?.isFile() === false) await rm(path, { recursive: true, force: true })
    return new PartFile(path, await partBytes(folder, id), await readNote(noteOf(path)))
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Point from which a download from this address can resume; null: it starts from the first byte. */
  resumePoint(url: string): ResumePoint | null {
    if (this.#bytes === 0 || this.#note?.url !== withoutCredentials(url)) return null
    return { offset: this.#bytes, version: this.#note.version }
  }

  /** Empties the part, for the bytes of this version of the file. */
  async begin(url: string, version: FileVersion): Promise<void> {
    await this.clear()
    this.#note = { schema: 1, url: withoutCredentials(url), version }
    await writeFileAtomic(this.#notePath, JSON.stringify(this.#note))
  }

  async append(piece: Uint8Array): Promise<void> {
    this.#handle ??= await open(this.path, 'a')
    let done = 0
    while (done < piece.length) {
      const { bytesWritten } = await this.#handle.write(piece, done)
      done += bytesWritten
      this.#bytes += bytesWritten
    }
  }

  /** Empties the part; it stays open for the next bytes. */
  async clear(): Promise<void> {
    await this.close()
    this.#handle = await open(this.path, 'w')
    this.#bytes = 0
  }

  /** Reads the part from the disk, whole; hex. */
  async checksum(algorithm: 'sha256' | 'md5', signal?: AbortSignal): Promise<string> {
    await this.close()
    const hash = createHash(algorithm)
    for await (const piece of createReadStream(this.path, { highWaterMark: 1 << 20, signal }))
      hash.update(piece as Buffer)
    return hash.digest('hex')
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = null
  }

  async remove(): Promise<void> {
    await this.close()
    await rm(this.path, { force: true })
    await rm(this.#notePath, { force: true })
    this.#bytes = 0
    this.#note = null
  }
}

/** How many bytes of a file an earlier run has left here. */
export async function partBytes(folder: string, id: string): Promise<number> {
  try {
    return (await stat(join(folder, `${id}.part`))).size
  } catch {
    return 0
  }
}

/** Nobody's password is written to the disk. */
function withoutCredentials(address: string): string {
  const url = new URL(address)
  url.username = ''
  url.password = ''
  return url.href
}

function noteOf(path: string): string {
  return `${path}.json`
}

/** A note that cannot be read says nothing: the download starts from the first byte. */
async function readNote(path: string): Promise<z.infer<typeof partNote> | null> {
  try {
    return partNote.parse(JSON.parse((await readPlainText(path, 100_000)) ?? ''))
  } catch {
    return null
  }
}
