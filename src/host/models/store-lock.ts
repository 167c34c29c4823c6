import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { PasticheError } from '../../shared/errors.ts'
import { fileProblem } from '../file-problem.ts'

const holderSchema = z.object({
  pid: z.number().int(),
  host: z.string(),
  token: z.string(),
  /** What it does, as the end of "another Pastiche is …". */
  purpose: z.string(),
})
/** Who holds the lock. */
export type LockHolder = z.infer<typeof holderSchema>

export interface LockTimings {
  /** How often the holder shows that it lives. Default 5000. */
  readonly beatMs: number
  /** A lock that does not beat for so long is taken over. Default 30 000. */
  readonly staleMs: number
  /** How often who waits looks again. Default 250. */
  readonly pollMs: number
  /** How long to wait for another process. Default 15 minutes. */
  readonly waitTimeoutMs: number
}

export const lockTimings: LockTimings = {
  beatMs: 5000,
  staleMs: 30_000,
  pollMs: 250,
  waitTimeoutMs: 15 * 60_000,
}

export interface LockOptions {
  readonly purpose: string
  /** What the lock is for, in words. Default: the weights. */
  readonly what?: string
  readonly timings?: LockTimings
  readonly signal?: AbortSignal | undefined
  /** Told once, where another process holds the lock. */
  readonly onWait?: (holder: LockHolder | null) => void
}

/** Locks of this process; one of its pid that is not among them was left by a dead process that had the same pid. */
const ownTokens = new Set<string>()

/**
 * Who changes the store holds this: one process, one change at a time. A file that says who holds it, and whose time of
 * change is moved on while that process lives. It keeps changes orderly; that every file is whole does not depend on it.
 *
 * @throws PasticheError `store-busy`, `cancelled`, `output-not-writable`
 */
export async function lockStore(folder: string, options: LockOptions): Promise<StoreLock> {
  const path = join(folder, 'store.lock')
  const { timings = lockTimings, what = 'the weights', signal, onWait } = options
  const watch = new LockWatch(path, timings.staleMs)
  const startMs = performance.now()
  for (let waits = 0; ; waits += 1) {
    throwIfCancelled(signal)
    const lock = await take(folder, path, options.purpose, timings)
    if (lock !== null) return lock
    const holder = await watch.look()
    if (holder === 'gone') continue
    if (waits === 0) onWait?.(holder)
    if (performance.now() - startMs > timings.waitTimeoutMs) throw busy(holder, what)
    await delay(timings.pollMs, undefined, { signal }).catch(() => undefined)
  }
}

export class StoreLock {
  readonly #path: string
  readonly #token: string
  readonly #beat: NodeJS.Timeout

  constructor(path: string, token: string, beatMs: number) {
    this.#path = path
    this.#token = token
    ownTokens.add(token)
    // One that was taken over gets no beat: that is the other's.
    this.#beat = setInterval(() => void this.#showLife().catch(() => undefined), beatMs)
    this.#beat.unref()
  }

  /** @throws PasticheError `store-busy` where this process slept for so long that another took the lock over */
  async assertHeld(): Promise<void> {
    const holder = await readHolder(this.#path)
    if (holder?.token !== this.#token) throw busy(holder)
  }

  async release(): Promise<void> {
    clearInterval(this.#beat)
    const holder = await readHolder(this.#path)
    if (holder?.token === this.#token) await rm(this.#path, { force: true })
    // Last: until the file is gone, its token is one of a living holder.
    ownTokens.delete(this.#token)
  }

  async #showLife(): Promise<void> {
    await this.assertHeld()
    const now = new Date()
    await utimes(this.#path, now, now)
  }
}

async function take(
  folder: string,
  path: string,
  purpose: string,
  timings: LockTimings,
): Promise<StoreLock | null> {
  const holder: LockHolder = { pid: process.pid, host: hostname(), token: randomUUID(), purpose }
  try {
    await mkdir(folder, { recursive: true })
    // Taken before it is written, so that no other thread of this process thinks it stale.
    ownTokens.add(holder.token)
    const file = await open(path, 'wx')
    try {
      await file.writeFile(JSON.stringify(holder))
    } finally {
      await file.close()
    }
    return new StoreLock(path, holder.token, timings.beatMs)
  } catch (thrown) {
    ownTokens.delete(holder.token)
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return null
    throw fileProblem(thrown, `Cannot write to ${folder}`)
  }
}

/** Watches somebody else's lock for signs of death, by the clock of this process alone. */
class LockWatch {
  readonly #path: string
  readonly #lockSilence: Silence
  readonly #guardSilence: Silence

  constructor(path: string, staleMs: number) {
    this.#path = path
    this.#lockSilence = new Silence(staleMs)
    this.#guardSilence = new Silence(staleMs)
  }

  /** Who holds the lock (null: it does not say); a stale one is taken away, and so gone. */
  async look(): Promise<LockHolder | null | 'gone'> {
    const changedMs = await modifiedMs(this.#path)
    if (changedMs === null) return 'gone'
    const holder = await readHolder(this.#path)
    const isSilent = this.#lockSilence.lasts(`${holder?.token ?? ''} ${changedMs}`)
    if (!isSilent && !isDead(holder)) return holder
    return (await this.#takeAway(holder)) ? 'gone' : holder
  }

  /**
   * Takes a stale lock away, unless another process has done so and taken the lock meanwhile: a second file guards the look and
   * the removal. Who is killed in between leaves that file, which is only ever there for moments.
   */
  async #takeAway(stale: LockHolder | null): Promise<boolean> {
    const guard = `${this.#path}.takeover`
    try {
      await (await open(guard, 'wx')).close()
    } catch {
      if (this.#guardSilence.lasts(String(await modifiedMs(guard)))) await rm(guard, { force: true })
      return false
    }
    try {
      const now = await readHolder(this.#path)
      if (now?.token === stale?.token) await rm(this.#path, { force: true })
      return true
    } finally {
      await rm(guard, { force: true })
    }
  }
}

/** Notices what has not changed for a time. */
class Silence {
  readonly #limitMs: number
  #seen = ''
  #sinceMs = 0

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  lasts(sign: string): boolean {
    if (sign !== this.#seen) this.#sinceMs = performance.now()
    this.#seen = sign
    return performance.now() - this.#sinceMs > this.#limitMs
  }
}

/** Only of this computer's processes can be told whether they live. */
function isDead(holder: LockHolder | null): boolean {
  if (holder?.host !== hostname()) return false
  if (holder.pid === process.pid) return !ownTokens.has(holder.token)
  try {
    process.kill(holder.pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

async function readHolder(path: string): Promise<LockHolder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return null
  }
}

async function modifiedMs(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return null
  }
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return
  throw new PasticheError('cancelled', 'Waiting for the other Pastiche was cancelled.')
}

function busy(holder: LockHolder | null, what = 'the weights'): PasticheError {
  return new PasticheError('store-busy', `Expected to be alone with ${what}, but ${describeHolder(holder)}.`)
}

/** "another Pastiche (process 1234) is downloading VGG19" */
export function describeHolder(holder: LockHolder | null): string {
  if (holder === null) return 'another Pastiche is changing them'
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`
  return `another Pastiche (process ${holder.pid}${where}) is ${holder.purpose}`
}
