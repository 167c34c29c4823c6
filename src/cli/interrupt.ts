import type { RunningJob } from '../host/index.ts'
import { say } from './reporter.ts'

/**
 * Ctrl-C: the first ends the job after the step in hand and saves the picture so far, the second ends the engine at
 * once. SIGTERM counts as the first.
 */
export class Interrupt {
  #job: RunningJob | null = null
  #count = 0
  readonly #onSignal = (): void => {
    this.#count++
    if (this.#count === 1) say('\nStopping after this step… (Ctrl-C again to end at once)')
    if (this.#count === 1) void this.#job?.stop()
    else this.#job?.kill()
  }

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, this.#onSignal)
  }

  get happened(): boolean {
    return this.#count > 0
  }

  /** The job that a signal means from now on. */
  watch(job: RunningJob): void {
    this.#job = job
    if (this.happened) void job.stop()
  }

  dispose(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, this.#onSignal)
  }
}
