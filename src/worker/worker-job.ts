import type { Server } from '../shared/rpc/server.ts'
import type { PasticheError } from '../shared/errors.ts'
import type { EngineContract, Job, Outcome } from '../shared/contract/engine.ts'
import type { EngineFace, StylizeRun } from './engine-face.ts'

/** One job in the worker: turns what the engine tells of it into events, `ended` last and exactly once. */
export class WorkerJob {
  readonly id: string
  /** Rejects with a PasticheError where the job cannot start; then `ended` is not told. */
  readonly started: Promise<StylizeRun>
  readonly #emit: Server<EngineContract>['emit']
  #run: StylizeRun | null = null
  #isPaused = false
  #ended = false

  constructor(id: string, job: Job, engine: EngineFace, emit: Server<EngineContract>['emit']) {
    this.id = id
    this.#emit = emit
    this.started = engine.startStylize(job, {
      progress: (progress) => emit('progress', { jobId: id, ...progress }),
      preview: (preview) => emit('preview', { jobId: id, ...preview }),
      notice: (message) => emit('notice', { jobId: id, message }),
    })
    void this.started.then((run) => (this.#run = run)).catch(() => undefined)
  }

  /** Call these two once it has started. */
  pause(): void {
    this.#isPaused = true
    this.#run?.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#run?.resume()
  }

  /** A pause that nobody asked for: {@link wake} ends it, unless there is another one. */
  rest(): void {
    this.#run?.pause()
  }

  wake(): void {
    if (!this.#isPaused) this.#run?.resume()
  }

  end(outcome: Outcome): void {
    if (this.#ended) return
    this.#ended = true
    this.#emit('ended', { jobId: this.id, outcome })
  }

  fail(error: PasticheError): void {
    this.end({ state: 'failed', error: error.toData(), path: null })
  }

  /** Ends the run, saved to its checkpoint or with its picture kept, and waits until that is done. Never rejects. */
  async suspend(): Promise<void> {
    try {
      const run = await this.started
      run.suspend()
      await run.outcome
    } catch {
      // It never started: there is nothing to keep.
    }
  }
}
