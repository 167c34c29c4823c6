import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { recipe, type GalleryEntry, type Recipe, type SaveOptions } from '../../../shared/contract/recipe.ts'
import type { StudioNotice } from '../../../shared/contract/studio.ts'
import type { Ticket } from '../../../shared/contract/ticket.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { Listeners } from '../../../shared/rpc/listeners.ts'
import type { Off } from '../../../shared/rpc/transport.ts'
import type { EngineHost } from '../../engine-host.ts'
import { Turns } from '../../files/turns.ts'
import type { Tickets } from '../tickets.ts'
import { assertFree } from './assert-free.ts'
import { BegunResult, type ResultFacts } from './begun-result.ts'
import { moveFolder } from './move-folder.ts'
import { emptyTrash, readResults } from './read-gallery.ts'
import { recipeFile, resultFiles, type SourcePaths, type StoredResult } from './result-file.ts'
import type { ResultSources } from './source-copies.ts'

export interface GalleryOptions {
  /** The library: results lie in `results/<id>`, deleted ones in `trash/<id>`. */
  readonly folder: string
  /** An engine that paints nothing, so that it always answers soon. */
  readonly tools: Pick<EngineHost, 'call'>
  readonly tickets: Tickets
  readonly appVersion: string
  /** Rejects where nothing may be written: the library is gone, or another's. */
  readonly assertOurs?: () => Promise<void>
}

export interface GalleryChange {
  /** Results that came, changed or came back. */
  readonly changed: GalleryEntry[]
  readonly removed: string[]
}

/** The results, each with everything that made it in a folder of its own, which is whole whatever happens to the app. */
export class Gallery {
  readonly #options: GalleryOptions
  readonly #results = new Map<string, StoredResult>()
  readonly #deleted = new Map<string, StoredResult>()
  readonly #begun = new Map<string, BegunResult>()
  readonly #listeners = new Listeners<GalleryChange>()
  /** Changes of what is there. */
  readonly #turns = new Turns()
  readonly #live: string
  readonly #trash: string

  constructor(options: GalleryOptions) {
    this.#options = options
    this.#live = join(options.folder, 'results')
    this.#trash = join(options.folder, 'trash')
  }

  /** Reads everything. Never throws: the answer tells what was found broken, and what became of it. */
  async open(): Promise<StudioNotice[]> {
    await emptyTrash(this.#trash)
    const { results, notices } = await readResults(this.#live)
    const deleted = await readResults(this.#trash)
    const recovered: StudioNotice[] = []
    for (const result of results) {
      if (result.state === 'unfinished') recovered.push(await this.#recover(result))
      else this.#results.set(result.id, result)
    }
    for (const result of deleted.results) this.#deleted.set(result.id, result)
    return [...notices, ...deleted.notices, ...recovered]
  }

  /** A page of the gallery, newest first. */
  list(offset: number, limit: number): { entries: GalleryEntry[]; total: number } {
    const all = [...this.#results.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    const entries = all.slice(offset, offset + limit).map((result) => this.#entryOf(result))
    return { entries, total: all.length }
  }

  has(id: string): boolean {
    return this.#results.has(id)
  }

  /** @throws PasticheError `unknown-result` */
  entry(id: string): GalleryEntry {
    return this.#entryOf(this.#result(id))
  }

  /** @throws PasticheError `unknown-result` */
  recipe(id: string): Recipe {
    return recipe.parse(this.#result(id))
  }

  /** The 16-bit PNG file of a result, with the metadata of the photo. @throws PasticheError `unknown-result` */
  masterPath(id: string): string {
    return this.#file(this.#result(id), resultFiles.master)
  }

  /** Places of a result's pictures when it was painted; they may be gone. @throws PasticheError `unknown-result` */
  sources(id: string): SourcePaths {
    return this.#result(id).sources
  }

  /** Paths of the pictures that results were painted from, deleted results and those at work included. */
  mentions(): string[] {
    const stored = [...this.#results.values(), ...this.#deleted.values()]
    return [
      ...stored.map(({ sources }) => sources),
      ...[...this.#begun.values()].map(({ sourcePaths }) => sourcePaths),
    ].flatMap(pathsOf)
  }

  on(listener: (change: GalleryChange) => void): Off {
    return this.#listeners.add(listener)
  }

  /** @throws PasticheError `unknown-result`, `invalid-request`, `output-not-writable`, `disk-full` */
  rename(id: string, name: string): Promise<GalleryEntry> {
    return this.#inTurn(async () => {
      const renamed = { ...this.#result(id), name: oneLine(name) }
      await recipeFile(join(this.#live, id)).update(() => renamed)
      return this.#add(renamed)
    })
  }

  /**
   * Sets results aside; {@link restore} brings them back, for a week at least.
   *
   * @throws PasticheError `unknown-result`, before anything is moved; `output-not-writable`, after those that could be moved
   */
  remove(ids: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#remove(ids))
  }

  /** @throws PasticheError as {@link remove} */
  restore(ids: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#restore(ids))
  }

  async #remove(ids: readonly string[]): Promise<void> {
    const removed: string[] = []
    const results = new Map(ids.map((id) => [id, this.#result(id)]))
    try {
      for (const [id, result] of results) {
        await moveFolder(join(this.#live, id), join(this.#trash, id))
        this.#results.delete(id)
        this.#deleted.set(id, result)
        removed.push(id)
      }
    } finally {
      if (removed.length > 0) this.#listeners.fire({ changed: [], removed })
    }
  }

  async #restore(ids: readonly string[]): Promise<void> {
    const changed: GalleryEntry[] = []
    const results = new Map(ids.map((id) => [id, this.#deleted.get(id) ?? unknown(id)]))
    try {
      for (const [id, result] of results) {
        await moveFolder(join(this.#trash, id), join(this.#live, id))
        this.#deleted.delete(id)
        this.#results.set(id, result)
        changed.push(this.#entryOf(result))
      }
    } finally {
      if (changed.length > 0) this.#listeners.fire({ changed, removed: [] })
    }
  }

  /**
   * Writes a result to a file of the user's, whole or not at all; the ending of the name decides the format.
   *
   * @throws PasticheError `output-is-input` for a picture that it was painted from, and what the engine says
   */
  async save(id: string, options: SaveOptions, targetPath: string): Promise<void> {
    const source = this.masterPath(id)
    await assertFree(targetPath, pathsOf(this.sources(id)), [this.#options.folder])
    const { format, quality, bitDepth, keepGps, keepMetadata } = options
    const holds16Bit = format === 'png' || format === 'tiff'
    await this.#options.tools.call('savePicture', {
      source,
      output: { path: targetPath, quality, bitDepth: holds16Bit ? bitDepth : 8, keepGps, keepMetadata },
    })
  }

  /**
   * A place for a picture that is going to be painted; its sources are measured and copied meanwhile.
   *
   * @throws PasticheError `output-not-writable`, `disk-full`
   */
  async begin(sources: ResultSources): Promise<{ id: string; outputPath: string }> {
    const { tools, appVersion } = this.#options
    await this.#assertOurs()
    const id = randomUUID()
    const begun = await BegunResult.begin({ id, folder: join(this.#live, id), sources, tools, appVersion })
    this.#begun.set(id, begun)
    return { id, outputPath: begun.outputPath }
  }

  /** Notes what is known of a result at work, in case that Pastiche does not live to see it finished. */
  sketch(id: string, facts: ResultFacts): void {
    this.#begun.get(id)?.sketch(facts)
  }

  /**
   * Takes a painted picture in. Where that fails, the picture stays where {@link begin} said.
   *
   * @throws PasticheError `unknown-result`, `output-not-writable`, `disk-full`, or why its sources cannot be read
   */
  async finish(id: string, state: GalleryEntry['state'], facts: ResultFacts): Promise<GalleryEntry> {
    const begun = this.#begun.get(id) ?? unknown(id)
    this.#begun.delete(id)
    await this.#assertOurs()
    return this.#add(await begun.finish(state, facts))
  }

  /** Gives a place up, with whatever is in it. Never throws. */
  async discard(id: string): Promise<void> {
    const begun = this.#begun.get(id)
    this.#begun.delete(id)
    await begun?.discard()
  }

  /** Makes the places of results at work again, after somebody has removed the library. Never throws. */
  async remake(): Promise<void> {
    for (const begun of this.#begun.values()) await begun.remake()
  }

  async #assertOurs(): Promise<void> {
    await this.#options.assertOurs?.()
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      await this.#assertOurs()
      return change()
    })
  }

  async #recover(result: StoredResult): Promise<StudioNotice> {
    const kept: StoredResult = { ...result, state: 'failed' }
    this.#results.set(kept.id, kept)
    // If it cannot be written, the next start recovers it again.
    const written = recipeFile(join(this.#live, kept.id)).update(() => kept)
    await written.catch(() => undefined)
    const message = `Pastiche was closed while "${kept.name}" was being painted. Its picture was kept.`
    return { level: 'info', message, hint: null }
  }

  #add(result: StoredResult): GalleryEntry {
    this.#results.set(result.id, result)
    const entry = this.#entryOf(result)
    this.#listeners.fire({ changed: [entry], removed: [] })
    return entry
  }

  #result(id: string): StoredResult {
    return this.#results.get(id) ?? unknown(id)
  }

  #entryOf(result: StoredResult): GalleryEntry {
    const { id, name, state, createdAt, widthPx, heightPx, bytes, preset, parameters, retired, styles } =
      result
    return {
      ...{ id, name, createdAt, widthPx, heightPx, bytes },
      state: state === 'unfinished' ? 'failed' : state,
      picture: this.#ticket(result, resultFiles.master, '.png'),
      content: this.#ticket(result, resultFiles.before, ' (before).webp'),
      styles: styles.map((_, index) =>
        this.#ticket(result, resultFiles.style(index), ` (style ${index + 1}).webp`),
      ),
      preset: preset?.name ?? null,
      network: retired === null ? parameters.network : null,
    }
  }

  #ticket(result: StoredResult, file: string, ending: string): Ticket {
    const path = this.#file(result, file)
    return this.#options.tickets.give({ path, name: `${result.name}${ending}`, isOpen: true })
  }

  #file({ id }: StoredResult, name: string): string {
    return join(this.#live, id, name)
  }
}

function pathsOf({ content, styles, initPicture }: SourcePaths): string[] {
  return [content, ...styles, ...(initPicture === null ? [] : [initPicture])]
}

function unknown(id: string): never {
  throw new PasticheError('unknown-result', `There is no painting "${id}" in the gallery.`)
}

function oneLine(name: string): string {
  const plain = name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  if (plain !== '') return plain
  throw new PasticheError('invalid-request', 'The name is empty.')
}
