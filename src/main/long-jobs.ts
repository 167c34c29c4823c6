import type { StudioJob } from '../shared/contract/studio.ts'

/** After this time, a user has most likely turned to something else. */
const longMs = 30_000

/** Finds the jobs that have just ended, well or badly, after a long time. Those that the user stopped are no news. */
export class LongJobs {
  readonly #now: () => number
  readonly #begunMs = new Map<string, number>()

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** @returns the long jobs that have ended since the last call */
  update(jobs: readonly StudioJob[]): StudioJob[] {
    const ended: StudioJob[] = []
    for (const job of jobs) {
      const begunMs = this.#begunMs.get(job.id)
      const { state } = job.status
      if (state === 'running' || state === 'paused') {
        if (begunMs === undefined) this.#begunMs.set(job.id, this.#now())
        continue
      }
      this.#begunMs.delete(job.id)
      const wasLong = begunMs !== undefined && this.#now() - begunMs > longMs
      if (wasLong && (state === 'done' || state === 'failed')) ended.push(job)
    }
    return ended
  }
}
