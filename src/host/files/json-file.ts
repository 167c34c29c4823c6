import { basename, resolve } from 'node:path'
import { PasticheError } from '../../shared/errors.ts'
import type { Reading, SavedDocument } from '../../shared/documents/define-document.ts'
import { decodeText } from '../decode-text.ts'
import { fileProblem } from '../file-problem.ts'
import { openPlainFile } from './plain-file.ts'
import { writePrivateFile } from './private-files.ts'
import { asidePath, setAside } from './set-aside.ts'
import { Turns } from './turns.ts'

export interface JsonFileOptions {
  /** Rejects where nothing may be written: the library is gone, or another's. */
  readonly assertOurs?: (() => Promise<void>) | undefined
  /** Larger files are not read. Default 64 MiB: the queue of a very long list has a few megabytes. */
  readonly maxBytes?: number
  /** Called with each {@link JsonFile.save} that failed. */
  readonly onProblem?: (problem: Error) => void
}

export interface OpenedFile<T> {
  /** The content; null where there is no file, or none that can be read. */
  readonly value: T | null
  /** Sentences about what could not be read, and where it is now. */
  readonly problems: readonly string[]
  /** The text of a file that could not be read, as far as there is one. */
  readonly lost: string | null
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`

/**
 * A document on the disk: one file, written whole or not at all, for this user alone. Writes of this process come one after the
 * other; another process never sees half a file.
 */
export class JsonFile<T> {
  readonly path: string
  readonly #document: SavedDocument<T>
  readonly #options: JsonFileOptions
  /** Content of the file when it was last read or written, so that unknown fields are written back. */
  #base: Reading<T> | null = null
  /** True if the file is a newer edition's and could not be understood: it is set aside before the first write. */
  #isForeign = false
  #newest: { value: T } | null = null

  constructor(path: string, document: SavedDocument<T>, options: JsonFileOptions = {}) {
    this.path = path
    this.#document = document
    this.#options = options
  }

  /**
   * Reads the file and leaves it as it is. Null where there is none.
   *
   * @throws PasticheError `file-not-readable`, and as `SavedDocument.read`
   */
  async read(): Promise<Reading<T> | null> {
    const text = await this.#text()
    return text === null ? null : this.#parse(text)
  }

  /** Reads the file; what is broken of it is set aside beside it, and told. A newer edition's stays where it is. Never rejects. */
  open(): Promise<OpenedFile<T>> {
    return turnsOf(this.path).take(() => this.#open())
  }

  /** Changes what the file holds now. Never loses a change of this process. @throws PasticheError `output-not-writable`, `disk-full` */
  update(change: (before: OpenedFile<T>) => T): Promise<T> {
    return turnsOf(this.path).take(async () => {
      const value = change(await this.#open())
      await this.#write(value)
      return value
    })
  }

  /** Writes soon; of several in a row, the last. What fails is told to `onProblem`. */
  save(value: T): void {
    const isWaiting = this.#newest !== null
    this.#newest = { value }
    if (isWaiting) return
    void turnsOf(this.path)
      .take(async () => {
        const { value: newest } = this.#newest!
        this.#newest = null
        await this.#write(newest)
      })
      .catch((thrown: unknown) => this.#options.onProblem?.(PasticheError.from(thrown)))
  }

  /** Resolves once everything is on the disk, or could not be written. */
  settled(): Promise<void> {
    return turnsOf(this.path).settled()
  }

  async #open(): Promise<OpenedFile<T>> {
    let lost: string | null = null
    try {
      lost = await this.#text()
      this.#base = lost === null ? null : this.#parse(lost)
      this.#isForeign = false
      return { value: this.#base?.value ?? null, problems: await this.#setEntriesAside(), lost: null }
    } catch (thrown) {
      const { code, message, hint } = PasticheError.from(thrown)
      this.#base = null
      this.#isForeign = code === 'document-newer'
      const fate = this.#isForeign ? hint : await setAside(this.path)
      return { value: null, problems: [`${message} ${fate}`], lost }
    }
  }

  /** Entries that cannot be read move to a file of their own; where that fails, they stay where they are. */
  async #setEntriesAside(): Promise<string[]> {
    const base = this.#base
    if (base === null || base.odd.length === 0) return []
    const many = base.odd.length === 1 ? 'One entry' : `${base.odd.length} entries`
    const { name } = this.#document
    if (base.isNewer)
      return [
        `${many} of the ${name} ${this.path} can only be read by a newer Pastiche. Update Pastiche to see more.`,
      ]
    const what = `${many} of the ${name} could not be read.`
    const aside = asidePath(this.path)
    try {
      await this.#options.assertOurs?.()
      await writePrivateFile(aside, textOf(this.#document.writeEntries(base.odd)))
      this.#base = { ...base, odd: [] }
      await this.#write(base.value)
      return [`${what} You find what was there in ${aside}.`]
    } catch {
      return [`${what} It is still in ${this.path}.`]
    }
  }

  async #write(value: T): Promise<void> {
    const json = this.#document.write(value, this.#base)
    try {
      await this.#options.assertOurs?.()
      if (this.#isForeign) await setAside(this.path, 'newer')
      this.#isForeign = false
      await writePrivateFile(this.path, textOf(json))
    } catch (thrown) {
      throw fileProblem(thrown, `Cannot save the ${this.#document.name} to ${this.path}`)
    }
    const { odd = [], isNewer = false } = this.#base ?? {}
    // Read again only where entries have to be told apart: a long queue is written often.
    this.#base = odd.length > 0 ? this.#document.read(json) : { value, json, odd, isNewer }
  }

  /** @throws PasticheError `file-not-readable`, `document-damaged` where it is too large */
  async #text(): Promise<string | null> {
    const { maxBytes = 64 * 2 ** 20 } = this.#options
    const file = await openPlainFile(this.path)
    try {
      const { size = 0 } = (await file?.stat()) ?? {}
      if (size > maxBytes)
        throw this.#damaged(`it is too large (${megabytes(size)}; limit ${megabytes(maxBytes)})`)
      return file === null ? null : decodeText(await file.readFile())
    } catch (thrown) {
      if (thrown instanceof PasticheError) throw thrown
      const message = `Cannot read ${this.path}: ${(thrown as Error).message}.`
      throw new PasticheError('file-not-readable', message, { cause: thrown })
    } finally {
      await file?.close()
    }
  }

  #parse(text: string): Reading<T> {
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch (cause) {
      throw this.#damaged(text.trim() === '' ? 'it is empty' : 'it is not, or not all, JSON', cause)
    }
    return this.#document.read(json, `"${basename(this.path)}"`)
  }

  #damaged(reason: string, cause?: unknown): PasticheError {
    const { name, damagedCode } = this.#document
    return new PasticheError(damagedCode, `"${basename(this.path)}" isn't a valid ${name} file: ${reason}.`, {
      cause,
    })
  }
}

function textOf(json: unknown): string {
  return `${JSON.stringify(json, null, 2)}\n`
}

/** Files in use, each with those who wait for it, whichever object they came by. */
const inUse = new Map<string, Turns>()

function turnsOf(path: string): Turns {
  const key = resolve(path)
  const turns = inUse.get(key) ?? new Turns()
  inUse.set(key, turns)
  return turns
}
