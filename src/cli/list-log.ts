import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readPlainText, writePrivateFile } from '../host/index.ts'
import { picturePath, type Outcome } from '../shared/contract/job.ts'

const entry = z.object({
  content: z.string(),
  /** Checksum of the photo as it was painted: a changed one is painted again. */
  bytes: z.number(),
  modifiedMs: z.number(),
  state: z.enum(['done', 'failed']),
  /** Path of the result; null if there is none. */
  path: z.string().nullable(),
  /** Why it failed. */
  reason: z.string().nullable(),
})
type Entry = z.infer<typeof entry>

const log = z.object({ schema: z.literal(1), entries: z.array(entry) })

/**
 * Outcome of each photo of a list, saved after each: the same command given again after a crash continues with
 * what is left. A list that was painted to its end is forgotten.
 */
export class ListLog {
  readonly path: string
  readonly #entries: Map<string, Entry>

  private constructor(path: string, entries: readonly Entry[]) {
    this.path = path
    this.#entries = new Map(entries.map((one) => [one.content, one]))
  }

  /** @param command everything that decides the pictures. A log that cannot be read is replaced. */
  static async open(folder: string, command: unknown): Promise<ListLog> {
    const key = createHash('sha256').update(JSON.stringify(command)).digest('hex').slice(0, 32)
    const path = join(folder, `${key}.json`)
    try {
      return new ListLog(path, log.parse(JSON.parse((await readPlainText(path)) ?? '')).entries)
    } catch {
      return new ListLog(path, [])
    }
  }

  /** The picture of a photo that was painted, if both are still what they were; else null. */
  async doneBefore(content: string): Promise<string | null> {
    const known = this.#entries.get(content)
    if (known?.state !== 'done' || known.path === null || !existsSync(known.path)) return null
    const now = await stat(content).catch(() => null)
    return now?.size === known.bytes && now.mtimeMs === known.modifiedMs ? known.path : null
  }

  async note(content: string, outcome: Outcome): Promise<void> {
    const file = await stat(content).catch(() => null)
    if (outcome.state === 'suspended' || outcome.state === 'stopped') return
    this.#entries.set(content, {
      content,
      bytes: file?.size ?? 0,
      modifiedMs: file?.mtimeMs ?? 0,
      state: outcome.state,
      path: picturePath(outcome),
      reason: outcome.state === 'failed' ? outcome.error.message : null,
    })
    await this.#write()
  }

  async forget(): Promise<void> {
    await rm(this.path, { force: true }).catch(() => undefined)
  }

  async #write(): Promise<void> {
    try {
      const entries = [...this.#entries.values()]
      await writePrivateFile(this.path, `${JSON.stringify({ schema: 1, entries }, null, 2)}\n`)
    } catch {
      // The list continues; only the place to resume from is lost.
    }
  }
}
