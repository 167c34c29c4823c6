import type { DraftState } from './draft.svelte.ts'
import type { JobsState } from './jobs.svelte.ts'
import type { ResultsState } from './results.svelte.ts'
import { subjectOf } from './subject.ts'

/** How a picture lies on the stage. Lengths are CSS pixels; `scale` is CSS pixels per pixel of the picture. */
export interface Viewport {
  readonly scale: number
  /** Offset of the picture's centre from the centre of the stage. */
  readonly x: number
  readonly y: number
}

export type Zoom = 'fit' | 'actual' | Viewport

/** The picture in the middle of the window, and its zoom. */
export class CanvasState {
  /** Position of the compare handle, 0 to 1 of the visible part. */
  split = $state(0.5)
  /** While the key or button is held: the photo as it was. */
  showingOriginal = $state(false)

  readonly #draft: DraftState
  readonly #jobs: JobsState
  readonly #results: ResultsState
  readonly subject = $derived.by(() =>
    subjectOf({
      photo: this.#draft.content,
      job: this.#jobs.selected,
      progress: this.#jobs.progress,
      previewUrl: this.#jobs.preview.url,
      result: this.#results.selected,
    }),
  )

  /** Resets the zoom for each picture: it belongs to one subject. */
  #zoom = $state.raw<{ readonly of: string | null; readonly to: Zoom }>({ of: null, to: 'fit' })
  readonly zoom: Zoom = $derived(this.#zoom.of === this.subject?.key ? this.#zoom.to : 'fit')

  constructor(draft: DraftState, jobs: JobsState, results: ResultsState) {
    this.#draft = draft
    this.#jobs = jobs
    this.#results = results
  }

  zoomTo(to: Zoom): void {
    this.#zoom = { of: this.subject?.key ?? null, to }
  }
}
