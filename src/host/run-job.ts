import { randomUUID } from 'node:crypto'
import type { DeviceInfo } from '../shared/contract/device.ts'
import type { Command, JobSpec, Outcome, Plan, Preview, Progress } from '../shared/contract/job.ts'
import { PasticheError } from '../shared/errors.ts'
import { Listeners } from '../shared/rpc/listeners.ts'
import type { Off } from '../shared/rpc/transport.ts'
import type { EngineHost } from './engine-host.ts'

/** Facts at the start of a job; `resumedFrom`: the steps that were done before, where it continues from a checkpoint. */
export interface JobStart {
  readonly plan: Plan
  readonly device: DeviceInfo
  readonly resumedFrom: number | null
}

export interface JobListeners {
  /** Called before any progress. */
  readonly onStart?: (start: JobStart) => void
  readonly onProgress?: (progress: Progress) => void
  readonly onPreview?: (preview: Preview) => void
  /** May come before the start: a fallback to another device, say. */
  readonly onNotice?: (message: string) => void
  /** The worker was lost with the job; the outcome follows. */
  readonly onLost?: (error: PasticheError) => void
}

export interface RunningJob {
  /** Resolves once the engine has heard the command; a job that has ended needs none. */
  control(command: Command): Promise<void>
  /** Ends the worker process at once; nothing is kept. The outcome is `failed` with the code `cancelled`. */
  kill(): void
  /** Settles exactly once and never rejects, also when the job cannot start or the worker dies. */
  readonly outcome: Promise<Outcome>
}

/** Runs one job in the engine. Every way it can end, a failed start included, is told by `outcome`. */
export function runJob(engine: EngineHost, job: JobSpec, listeners: JobListeners = {}): RunningJob {
  return new JobRun(engine, job, listeners)
}

class JobRun implements RunningJob {
  readonly outcome: Promise<Outcome>
  readonly #engine: EngineHost
  readonly #jobId = randomUUID()
  readonly #listeners: JobListeners
  /** Resolves with true if the engine took the job; never rejects. */
  readonly #started: Promise<boolean>
  readonly #offs: Off[]
  readonly #cancelStart = new AbortController()
  /** Events that came in one go with the answer to `start`, and so are heard before it is. */
  #held: Listeners<void> | null = new Listeners()
  #resolve: (outcome: Outcome) => void = () => undefined
  #settled = false

  constructor(engine: EngineHost, job: JobSpec, listeners: JobListeners) {
    this.#engine = engine
    this.#listeners = listeners
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.#offs = this.#listen()
    this.#started = this.#start(job)
  }

  /** A job that ended meanwhile needs no control any more: that is no error. */
  async control(command: Command): Promise<void> {
    if (!(await this.#started) || this.#isSettled()) return
    try {
      await this.#engine.call('control', { jobId: this.#jobId, command })
    } catch (thrown) {
      if (!this.#isSettled()) throw thrown
    }
  }

  kill(): void {
    if (this.#isSettled()) return
    this.#fail(new PasticheError('cancelled', 'The job was ended; nothing was saved.'))
    this.#cancelStart.abort()
    this.#engine.kill()
  }

  #listen(): Off[] {
    const { onProgress, onPreview, onNotice } = this.#listeners
    const isMine = (event: { jobId: string | null }): boolean => event.jobId === this.#jobId
    return [
      this.#engine.on('progress', (progress) => {
        if (isMine(progress)) this.#afterStart(() => onProgress?.(progress))
      }),
      this.#engine.on('preview', (preview) => {
        if (isMine(preview)) this.#afterStart(() => onPreview?.(preview))
      }),
      this.#engine.on('notice', (notice) => {
        if (notice.jobId === null || isMine(notice)) onNotice?.(notice.message)
      }),
      this.#engine.on('ended', (ended) => {
        if (isMine(ended)) this.#afterStart(() => this.#settle(ended.outcome))
      }),
      this.#engine.watchJob({
        onLost: (error) => this.#lose(error),
        stop: () => void this.control({ kind: 'stop' }).catch(() => undefined),
        ended: this.outcome,
      }),
    ]
  }

  async #start(job: JobSpec): Promise<boolean> {
    const { signal } = this.#cancelStart
    try {
      const answer = await this.#engine.call('start', { jobId: this.#jobId, job }, { signal })
      this.#engine.allowSilence(longestStepMs(answer.plan))
      // Not awaited: what a listener throws is no failure of the job.
      void this.#tellStart(answer)
      return true
    } catch (thrown) {
      this.#fail(PasticheError.from(thrown))
      return false
    }
  }

  async #tellStart(answer: JobStart): Promise<void> {
    await Promise.resolve()
    try {
      if (!this.#isSettled()) this.#listeners.onStart?.(answer)
    } finally {
      this.#release()
    }
  }

  #afterStart(tell: () => void): void {
    if (this.#held === null) tell()
    else this.#held.add(tell)
  }

  #release(): void {
    const held = this.#held
    this.#held = null
    held?.fire()
  }

  /** Events that came before the engine was lost still count: it may have ended the job. */
  #lose(error: PasticheError): void {
    this.#release()
    if (!this.#isSettled()) this.#listeners.onLost?.(error)
    this.#fail(error)
  }

  #fail(error: PasticheError): void {
    this.#settle({ state: 'failed', error: error.toData(), outputs: [] })
  }

  #settle(outcome: Outcome): void {
    if (this.#settled) return
    this.#settled = true
    for (const off of this.#offs) off()
    this.#resolve(outcome)
  }

  /** A call, because it changes during awaits. */
  #isSettled(): boolean {
    return this.#settled
  }
}

/** A device that is slower than this would not be used: a CPU core reaches ten times as much. */
const slowestFlopPerMs = 1e6

/** How long the engine may be silent in its longest step, when nothing about its speed is known. */
function longestStepMs(plan: Plan): number {
  return plan.longestStepFlop / slowestFlopPerMs
}
