import { picturePath, type Command, type JobSpec, type Outcome, type Plan } from '../shared/contract/job.ts'
import type { PasticheError } from '../shared/errors.ts'
import type { LiveWeights } from '../shared/methods/optimise.ts'
import type { EngineHost } from './engine-host.ts'
import { degradeJob, failureKindOf } from './degrade-job.ts'
import { runJob, type JobListeners, type RunningJob } from './run-job.ts'

/** Most retries after a crash, a hang or a lack of memory. */
const mostRetries = 3

/**
 * Runs one job to its end, whatever happens to the worker: after a crash, a hang or a lack of memory it continues from its
 * checkpoint, three times at most and each time asking for less; then what it has is kept. Each try is told by `onNotice`.
 */
export function runWithRetries(engine: EngineHost, job: JobSpec, listeners: JobListeners = {}): RunningJob {
  return new RetriedJob(engine, job, listeners)
}

class RetriedJob implements RunningJob {
  readonly outcome: Promise<Outcome>
  readonly #engine: EngineHost
  readonly #listeners: JobListeners
  #job: JobSpec
  #run: RunningJob
  #plan: Plan | null = null
  #lost: PasticheError | null = null
  /** The last command that decides whether and how the job runs. */
  #wish: 'run' | 'pause' | 'stop' | 'suspend' | 'kill' = 'run'
  #watch: Command | null = null
  /** All live parameters that were changed. */
  #steered: LiveWeights = {}

  constructor(engine: EngineHost, job: JobSpec, listeners: JobListeners) {
    this.#engine = engine
    this.#listeners = listeners
    this.#job = job
    this.#run = this.#begin()
    this.outcome = this.#endure()
  }

  async control(command: Command): Promise<void> {
    switch (command.kind) {
      case 'pause':
        if (this.#wish === 'run') this.#wish = 'pause'
        break
      case 'resume':
        if (this.#wish === 'pause') this.#wish = 'run'
        break
      case 'stop':
      case 'suspend':
        this.#wish = command.kind
        break
      case 'watch':
        this.#watch = command
        break
      case 'steer':
        // The engine first: what it refuses is not repeated in the next try.
        await this.#run.control(command)
        this.#steered = { ...this.#steered, ...command.steering.parameters }
        return
    }
    await this.#run.control(command)
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
      const failureKind = failureKindOf(outcome.error.code, this.#lost)
      if (failureKind === null) return outcome
      if (tries > mostRetries || this.#wish === 'stop') return this.#keepWhatIsThere(outcome)
      const { job, words } = degradeJob(this.#job, failureKind, tries, this.#plan)
      this.#listeners.onNotice?.(`${outcome.error.message} ${this.#nextTry(words)}`)
      const { method } = job
      const parameters = { ...method.parameters, ...this.#steered }
      this.#job = { ...job, method: { ...method, parameters } }
      this.#run = this.#begin()
      this.#repeatCommands()
    }
  }

  #nextTry(words: string): string {
    const from = this.#job.checkpoint === null ? 'starts over' : 'resumes from its saved progress'
    return `The job ${from}${words === '' ? '' : `, ${words}`}.`
  }

  /** Commands to the try before also hold for this one. */
  #repeatCommands(): void {
    // A job that ends meanwhile needs neither.
    if (this.#wish === 'pause') this.#run.control({ kind: 'pause' }).catch(() => undefined)
    if (this.#watch !== null) this.#run.control(this.#watch).catch(() => undefined)
  }

  /** The picture of the last checkpoint, for a job that will not go on. */
  async #keepWhatIsThere(outcome: Extract<Outcome, { state: 'failed' }>): Promise<Outcome> {
    if (this.#job.checkpoint === null || picturePath(outcome) !== null) return outcome
    try {
      return { ...outcome, outputs: [await this.#engine.call('saveCheckpoint', { job: this.#job })] }
    } catch {
      return outcome
    }
  }
}
