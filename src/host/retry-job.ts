import type { Job, LiveWeights, Outcome, Plan } from '../shared/contract/engine.ts'
import type { PasticheError } from '../shared/errors.ts'
import type { EngineHost } from './engine-host.ts'
import { degradeJob, failureKindOf } from './degrade-job.ts'
import { runJob, type JobListeners, type RunningJob } from './run-job.ts'

/** How often a job is tried again, after a crash or for want of memory. */
const mostRetries = 3

/**
 * Runs one job to its end, whatever happens to the worker: after a crash, a hang or for want of memory it goes on from its
 * checkpoint, three times at most and each time more gently; what it has is kept then. Each try is told by `onNotice`.
 */
export function runWithRetries(engine: EngineHost, job: Job, listeners: JobListeners = {}): RunningJob {
  return new RetriedJob(engine, job, listeners)
}

class RetriedJob implements RunningJob {
  readonly outcome: Promise<Outcome>
  readonly #engine: EngineHost
  readonly #listeners: JobListeners
  #job: Job
  #run: RunningJob
  #plan: Plan | null = null
  #lost: PasticheError | null = null
  #wish: 'run' | 'pause' | 'stop' | 'suspend' | 'kill' = 'run'
  #watchMs: number | null = null
  /** Sliders that were moved, all of them. */
  #moved: LiveWeights = {}

  constructor(engine: EngineHost, job: Job, listeners: JobListeners) {
    this.#engine = engine
    this.#listeners = listeners
    this.#job = job
    this.#run = this.#begin()
    this.outcome = this.#endure()
  }

  pause(): Promise<void> {
    if (this.#wish === 'run') this.#wish = 'pause'
    return this.#run.pause()
  }

  resume(): Promise<void> {
    if (this.#wish === 'pause') this.#wish = 'run'
    return this.#run.resume()
  }

  stop(): Promise<void> {
    this.#wish = 'stop'
    return this.#run.stop()
  }

  suspend(): Promise<void> {
    this.#wish = 'suspend'
    return this.#run.suspend()
  }

  async setWeights(weights: LiveWeights): Promise<void> {
    await this.#run.setWeights(weights)
    this.#moved = { ...this.#moved, ...weights }
  }

  watch(everyMs: number | null): Promise<void> {
    this.#watchMs = everyMs
    return this.#run.watch(everyMs)
  }

  kill(): void {
    this.#wish = 'kill'
    this.#run.kill()
  }

  #begin(): RunningJob {
    this.#lost = null
    return runJob(this.#engine, this.#job, {
      ...this.#listeners,
      onStart: (start) => {
        this.#plan = start.plan
        this.#listeners.onStart?.(start)
      },
      onLost: (error) => {
        this.#lost = error
        this.#listeners.onLost?.(error)
      },
    })
  }

  async #endure(): Promise<Outcome> {
    for (let tries = 1; ; tries++) {
      const outcome = await this.#run.outcome
      if (outcome.state !== 'failed' || this.#wish === 'kill' || this.#wish === 'suspend') return outcome
      const failure = failureKindOf(outcome.error.code, this.#lost)
      if (failure === null) return outcome
      if (tries > mostRetries || this.#wish === 'stop') return this.#keepWhatIsThere(outcome)
      const { job, words } = degradeJob(this.#job, failure, tries, this.#plan)
      this.#listeners.onNotice?.(`${outcome.error.message} ${this.#goingOn(words)}`)
      this.#job = { ...job, parameters: { ...job.parameters, ...this.#moved } }
      this.#run = this.#begin()
      this.#restoreWishes()
    }
  }

  #goingOn(words: string): string {
    const from = this.#job.checkpoint === null ? 'starts over' : 'resumes from its saved progress'
    return `The job ${from}${words === '' ? '' : `, ${words}`}.`
  }

  /** What was asked of the try before holds for this one. */
  #restoreWishes(): void {
    // A job that ends meanwhile needs neither.
    if (this.#wish === 'pause') this.#run.pause().catch(() => undefined)
    if (this.#watchMs !== null) this.#run.watch(this.#watchMs).catch(() => undefined)
  }

  /** The picture of the last checkpoint, for a job that will not go on. */
  async #keepWhatIsThere(outcome: Extract<Outcome, { state: 'failed' }>): Promise<Outcome> {
    if (this.#job.checkpoint === null || outcome.path !== null) return outcome
    try {
      const { path } = await this.#engine.call('saveCheckpoint', { job: this.#job })
      return { ...outcome, path }
    } catch {
      return outcome
    }
  }
}
