import type { EventData } from '../../../shared/contract/define.ts'
import type { StudioContract } from '../../../shared/contract/studio.ts'

export type JobPreview = EventData<StudioContract, 'preview'>

interface Watcher {
  readonly jobId: string
  readonly send: (preview: JobPreview) => void
}

/** Who looks at which job, and the newest preview of the one at work, for whoever begins to look. */
export class PreviewRelay {
  /** By page: whatever object stands for it. */
  readonly #watchers = new Map<object, Watcher>()
  #newest: JobPreview | null = null

  /** Each page watches one job at most. */
  watch(page: object, jobId: string, send: (preview: JobPreview) => void): void {
    this.#watchers.set(page, { jobId, send })
    if (this.#newest?.jobId === jobId) send(this.#newest)
  }

  unwatch(page: object): void {
    this.#watchers.delete(page)
  }

  isWatched(jobId: string): boolean {
    return [...this.#watchers.values()].some((watcher) => watcher.jobId === jobId)
  }

  take(preview: JobPreview): void {
    this.#newest = preview
    for (const { jobId, send } of this.#watchers.values()) if (jobId === preview.jobId) send(preview)
  }

  /** After the end of a job there is its result to look at. */
  forget(): void {
    this.#newest = null
  }
}
