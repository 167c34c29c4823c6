import { createContext } from 'svelte'
import type { GalleryEntry } from '../../../shared/contract/recipe.ts'
import { failed, type StudioState } from '../../state/studio.svelte.ts'
import { choose, lookAt, withoutGone, type Selection } from './selection.ts'

/** State of the gallery page: the selection, and the picture open in full view. */
export class GalleryState {
  readonly studio: StudioState
  #selection: Selection
  /** The lead fills the page. */
  viewing = $state(false)
  renaming = $state(false)

  readonly ids = $derived.by(() => this.studio.results.entries.map(({ id }) => id))
  readonly chosen: readonly GalleryEntry[] = $derived.by(() =>
    this.studio.results.entries.filter(({ id }) => this.selection.chosen.includes(id)),
  )
  readonly lead: GalleryEntry | null = $derived.by(() =>
    this.selection.lead === null ? null : this.studio.results.entry(this.selection.lead),
  )
  /** The two that are compared; null where they are not two, or one is gone. */
  readonly pair: readonly [GalleryEntry, GalleryEntry] | null = $derived.by(() => {
    const [left, right] = this.studio.view.comparison.map((id) => this.studio.results.entry(id))
    return left && right ? [left, right] : null
  })

  constructor(studio: StudioState) {
    this.studio = studio
    this.#selection = $state.raw(choose(studio.results.selected?.id ?? null))
  }

  get selection(): Selection {
    return this.#selection
  }

  /** The lead is what the actions of the whole window mean: save, copy. */
  set selection(selection: Selection) {
    this.#selection = selection
    this.studio.results.selectedId = selection.lead
    this.renaming = false
  }

  view(id: string): void {
    this.selection = choose(id)
    this.viewing = true
  }

  /** Moves to the next newer or older painting in full view. */
  step(by: 1 | -1): void {
    const { lead } = this.selection
    const next = lead === null ? undefined : this.ids[this.ids.indexOf(lead) + by]
    if (next !== undefined) this.selection = choose(next)
  }

  compare(): void {
    const [left, right] = this.chosen
    if (this.chosen.length !== 2 || !left || !right) return
    this.studio.view.comparing = false
    this.studio.view.comparison = [left.id, right.id]
  }

  endComparison(): void {
    this.studio.view.comparison = []
  }

  async removeChosen(): Promise<void> {
    const gone = this.chosen.map(({ id }) => id)
    if (gone.length === 0) return
    const next = withoutGone(this.ids, gone, this.selection)
    await this.studio.remove(gone)
    this.selection = next
    if (next.lead === null) this.viewing = false
  }

  async rename(id: string, name: string): Promise<void> {
    this.renaming = false
    const trimmed = name.trim()
    const entry = this.studio.results.entry(id)
    if (trimmed === '' || trimmed === entry?.name) return
    await this.studio.attempt(() => this.studio.results.rename(id, trimmed))
  }

  async reveal(id: string): Promise<void> {
    await this.studio.attempt(() => this.studio.results.reveal(id))
  }

  async loadMore(): Promise<boolean> {
    return (await this.studio.attempt(() => this.studio.results.loadMore())) !== failed
  }

  /** Shows the studio's own job and its result again. */
  leave(): void {
    const { selected } = this.studio.jobs
    if (selected !== null) void this.studio.look(selected)
  }

  look(id: string): void {
    this.selection = lookAt(this.selection, id)
  }
}

export const [useGallery, provideGallery] = createContext<GalleryState>()
