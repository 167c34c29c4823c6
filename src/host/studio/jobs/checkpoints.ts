import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Where jobs are saved on the way: a file for each, which the engine writes and reads. */
export class Checkpoints {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  pathOf(jobId: string): string {
    return join(this.#folder, `${jobId}.checkpoint`)
  }

  has(jobId: string): boolean {
    return existsSync(this.pathOf(jobId))
  }

  /** Never throws: what cannot be removed now is removed at the next start. */
  remove(jobId: string): void {
    try {
      rmSync(this.pathOf(jobId), { force: true })
    } catch {
      // As said.
    }
  }

  /** Removes those of jobs that are no more. Never throws. */
  keepOnly(jobIds: readonly string[]): void {
    const kept = jobIds.map((id) => this.pathOf(id))
    try {
      for (const name of readdirSync(this.#folder)) {
        const path = join(this.#folder, name)
        if (!kept.includes(path)) rmSync(path, { force: true })
      }
    } catch {
      // There is none yet, or it cannot be read now.
    }
  }
}
