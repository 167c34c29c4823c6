import type { Server } from '../shared/rpc/server.ts'
import type { PasticheError } from '../shared/errors.ts'
import type { EngineContract } from '../shared/contract/engine.ts'
import type { Command, JobSpec, Outcome } from '../shared/contract/job.ts'
import type { EngineFace, RunningJob } from './engine-face.ts'

/** One job in the worker: turns what the engine tells of it into events, `ended` last and exactly once. */
export class WorkerJob {
  readonly id: string
  /** Rejects with a PasticheError where the job cannot start; then `ended` is not told. */
  readonly started: Promise<RunningJob>
  readonly #emit: Server<EngineContract>['emit']
  #run: RunningJob | null = null
  #isPaused = false
  #ended = false

  constructor(id: string, job: JobSpec, engine: EngineFace, emit: Server<EngineContract>['emit']) {
    this.id = id
    this.#emit = emit
    this.started = engine.startJob(job, {
      progress: (progress) => emit('progress', { jobId: id, ...progress }),
      preview: (preview) => emit('preview', { jobId: id, ...preview }),
      notice: (message) => emit('notice', { jobId: id, message }),
    })
    void this.started.then((run) => (this.#run = run)).catch(() => undefined)
  }

  /** Call it once the job has started. */
  control(command: Command): void {
    if (command.kind === 'pause') this.#isPaused = true
    if (command.kind === 'resume') this.#isPaused = false
    this.#run?.control(command)
  }

  /** A pause that nobody asked for: {@link wake} ends it, unless there is another one. */
  rest(): void {
    this.#run?.control({ kind: 'pause' })
  }

  wake(): void {
    if (!this.#isPaused) this.#run?.control({ kind: 'resume' })
  }

  end(outcome: Outcome): void {
    if (this.#ended) return
    this.#ended = true
    this.#emit('ended', { jobId: this.id, outcome })
  }

  fail(error: PasticheError): void {
    this.end({ state: 'failed', error: error.toData(), outputs: [] })
  }

  /** Ends the run, saved to its checkpoint or with its picture kept, and waits until that is done. Never rejects. */
  async suspend(): Promise<void> {
    try {
      const run = await this.started
      run.control({ kind: 'suspend' })
      await run.outcome
    } catch {
      // It never started: there is nothing to keep.
    }
  }
}
