import { setTimeout as delay } from 'node:timers/promises'
import type { RunningJob } from '../host/index.ts'
import { EndSignals } from './end-signals.ts'
import { say } from './output.ts'

/** Time for the engine to receive a pause before this process stops. */
const pauseHeardMs = 200
/** Time to report a job that was killed. */
const killedMs = 1000

/**
 * Signals while a job runs. The first that asks to end (Ctrl-C, SIGTERM, SIGHUP) ends it after the step in hand, its picture so far
 * saved; the second ends everything at once. Ctrl-Z pauses the job, so that its clock stops too.
 */
export class Interrupt {
  #job: RunningJob | null = null
  readonly #signals = new EndSignals({
    first: () => {
      say('Stopping after this step… (Ctrl-C again to end at once)')
      this.#tell((job) => job.control({ kind: 'stop' }))
    },
    again: (exitCode) => {
      if (this.#job === null) process.exit(exitCode)
      this.#job.kill()
      setTimeout(() => process.exit(exitCode), killedMs).unref()
    },
  })
  readonly #onStop = (): void => void this.#stopProcess()
  readonly #onContinue = (): void => this.#tell((job) => job.control({ kind: 'resume' }))

  constructor() {
    if (process.platform === 'win32') return
    process.on('SIGTSTP', this.#onStop)
    process.on('SIGCONT', this.#onContinue)
  }

  /** That of the signal which asked to end; null while none has come. */
  get exitCode(): number | null {
    return this.#signals.exitCode
  }

  get happened(): boolean {
    return this.exitCode !== null
  }

  /** The job that a signal means from now on. */
  watch(job: RunningJob): void {
    this.#job = job
    if (this.happened) this.#tell((running) => running.control({ kind: 'stop' }))
  }

  dispose(): void {
    this.#signals.dispose()
    process.off('SIGTSTP', this.#onStop)
    process.off('SIGCONT', this.#onContinue)
  }

  /** A listener takes the place of what the system does at Ctrl-Z, so this process stops itself. */
  async #stopProcess(): Promise<void> {
    const paused = this.#job?.control({ kind: 'pause' }).catch(() => undefined)
    if (paused) await Promise.race([paused, delay(pauseHeardMs)])
    process.kill(process.pid, 'SIGSTOP')
  }

  /** A job that has ended meanwhile, or an engine that was lost, needs no telling. */
  #tell(what: (job: RunningJob) => Promise<void>): void {
    if (this.#job) what(this.#job).catch(() => undefined)
  }
}
