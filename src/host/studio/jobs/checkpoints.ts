import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder } from '../../files/private-files.ts'

/** Folder where jobs are saved on the way: a file for each, which the engine writes and reads. */
export class Checkpoints {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  pathOf(jobId: string): string {
    return join(this.#folder, `${jobId}.checkpoint`)
  }

  has(jobId: string): boolean {
    return isFile(this.pathOf(jobId))
  }

  /** The engine would make the folder as well, but for all to read. Never rejects: a job continues without being saved. */
  async prepare(): Promise<void> {
    await makePrivateFolder(this.#folder).catch(() => undefined)
  }

  /** Never throws: what cannot be removed now is removed at the next start. */
  remove(jobId: string): void {
    remove(this.pathOf(jobId))
  }

  /**
   * Removes those of jobs that are no more, and whatever is no file: the engine would wait for a pipe. Never throws.
   *
   * @param jobIds null where nobody knows which jobs there are
   */
  keepOnly(jobIds: readonly string[] | null): void {
    const kept = jobIds?.map((id) => this.pathOf(id))
    try {
      for (const name of readdirSync(this.#folder)) {
        const path = join(this.#folder, name)
        if (kept?.includes(path) === false || !isFile(path)) remove(path)
      }
    } catch {
      // There is none yet, or it cannot be read now.
    }
  }
}

function isFile(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    return false
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // As said.
  }
}
