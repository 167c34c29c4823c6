import type { GalleryEntry, Recipe, SaveOptions } from '../../shared/contract/recipe.ts'
import type { Exported, OpenDraft } from '../../shared/contract/studio.ts'
import type { Connection } from './connection.svelte.ts'

const pageSize = 200

/** The gallery, newest first. */
export class ResultsState {
  entries = $state.raw<readonly GalleryEntry[]>([])
  total = $state(0)
  loaded = $state(false)
  selectedId = $state<string | null>(null)
  readonly selected = $derived(this.entries.find(({ id }) => id === this.selectedId) ?? null)

  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
    connection.on('gallery', ({ changed, removed }) => this.#merge(changed, removed))
  }

  entry(id: string): GalleryEntry | null {
    return this.entries.find((entry) => entry.id === id) ?? null
  }

  async load(): Promise<void> {
    const { entries, total } = await this.#connection.call('gallery', { offset: 0, limit: pageSize })
    this.entries = entries
    this.total = total
    this.loaded = true
  }

  async loadMore(): Promise<void> {
    const { entries, total } = await this.#connection.call('gallery', {
      offset: this.entries.length,
      limit: pageSize,
    })
    this.#merge(entries, [])
    this.total = total
  }

  recipe(resultId: string): Promise<Recipe> {
    return this.#connection.call('recipe', { resultId })
  }

  rename(resultId: string, name: string): Promise<GalleryEntry> {
    return this.#connection.call('rename', { resultId, name })
  }

  reuse(resultId: string): Promise<{ draft: OpenDraft; warnings: string[] }> {
    return this.#connection.call('reuse', { resultId })
  }

  remove(resultIds: string[]): Promise<null> {
    return this.#connection.call('delete', { resultIds })
  }

  restore(resultIds: string[]): Promise<null> {
    return this.#connection.call('undelete', { resultIds })
  }

  save(resultId: string, options: SaveOptions): Promise<Exported> {
    return this.#connection.call('save', { resultId, options })
  }

  copy(resultId: string): Promise<null> {
    return this.#connection.call('copy', { resultId })
  }

  reveal(resultId: string): Promise<null> {
    return this.#connection.call('reveal', { resultId })
  }

  #merge(changed: readonly GalleryEntry[], removed: readonly string[]): void {
    const gone = [...removed, ...changed.map(({ id }) => id)]
    const came = changed.filter(({ id }) => this.entry(id) === null).length
    const went = removed.filter((id) => this.entry(id) !== null).length
    this.entries = [...this.entries.filter(({ id }) => !gone.includes(id)), ...changed].sort((a, b) =>
      b.createdAt.localeCompare(a.createdAt),
    )
    this.total += came - went
  }
}
