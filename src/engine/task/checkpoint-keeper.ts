import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { PasticheError } from '../../shared/errors.ts'
import { unfinishedName, writeRunState } from './checkpoint.ts'
import type { RunState } from '../methods/run-state.ts'

export interface CheckpointOptions {
  readonly path: string
  /** The least time between two checkpoints in the middle of a scale. */
  readonly everyMs: number
}

/** A checkpoint of this cost is followed by fifty times as long without one: at most 2 % of the run. */
const mostOften = 50

/** Checkpoints periodically: a crash loses about 30 s of work, more on very large canvases. */
export class CheckpointKeeper {
  readonly #options: CheckpointOptions
  readonly #snapshot: () => RunState
  readonly #onNotice: (message: string) => void
  #savedAtMs = performance.now()
  #costMs = 0
  #hasFailed = false

  constructor(options: CheckpointOptions, snapshot: () => RunState, onNotice: (message: string) => void) {
    this.#options = options
    this.#snapshot = snapshot
    this.#onNotice = onNotice
  }

  /** After each step. */
  offer(): void {
    const restMs = Math.max(this.#options.everyMs, mostOften * this.#costMs)
    if (performance.now() - this.#savedAtMs >= restMs) this.take()
  }

  /** Now: at a pause, a change of scale, the end of Pastiche. Never throws: the run continues without, and says so once. */
  take(): void {
    const startedMs = performance.now()
    try {
      mkdirSync(dirname(this.#options.path), { recursive: true, mode: 0o700 })
      writeRunState(this.#options.path, this.#snapshot())
      this.#hasFailed = false
    } catch (thrown) {
      if (!this.#hasFailed)
        this.#onNotice(`The job could not be saved on the way. ${PasticheError.from(thrown).message}`)
      this.#hasFailed = true
    }
    this.#savedAtMs = performance.now()
    this.#costMs = this.#savedAtMs - startedMs
  }

  /** After the picture is saved; also what a crash may have left unfinished. Never throws. */
  remove(): void {
    try {
      for (const path of [this.#options.path, unfinishedName(this.#options.path)])
        rmSync(path, { force: true })
    } catch {
      // It is removed with the cache.
    }
  }
}
