import { constants } from 'node:fs'
import { lstat, rename, rm, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { PasticheError } from '../../shared/errors.ts'
import { fileProblem } from '../file-problem.ts'
import { openExclusive, type ExclusiveFile } from './exclusive-file.ts'
import { isAliveOfFirstEdition } from './first-edition-lock.ts'
import { kindOf, readPlainText } from './plain-file.ts'
import { makePrivateFolder } from './private-files.ts'
import { asidePath } from './set-aside.ts'

const line = z
  .string()
  .max(200)
  .regex(/^\P{C}*$/u)
/** Content of a lock: it only serves messages, and to recognise a library. */
const holderSchema = z.object({
  pid: z.number().int().positive(),
  /** As the end of "another Pastiche is …". */
  purpose: line,
  /** Identifies this run of the holder. */
  session: z.string().max(100).optional(),
})
export type LockHolder = z.infer<typeof holderSchema>

export interface LockTimings {
  /** How often who waits looks again, in milliseconds. Default 250. */
  readonly pollMs: number
  /** How long to wait for another process, in milliseconds. Default 15 minutes. */
  readonly waitTimeoutMs: number
}

export const lockTimings: LockTimings = { pollMs: 250, waitTimeoutMs: 15 * 60_000 }

export interface LockOptions {
  /** Says what the holder does with the folder, as the end of "another Pastiche is …". */
  readonly purpose: string
  /** The same, of a holder that does not say what it does. */
  readonly unknownPurpose?: string
  readonly session?: string
  readonly timings?: LockTimings
  readonly signal?: AbortSignal | undefined
  /** Called once, where another process holds the lock; null where it does not say who it is. */
  readonly onWait?: (holder: LockHolder | null) => void
}

export const lockName = 'store.lock'
/** Anything but a file must not be followed or waited for. */
const flags = constants.O_CREAT | constants.O_NOFOLLOW

/**
 * Takes a folder for this process alone, until the lock is released or the process ends: the system itself ends the lock with it
 * ({@link openExclusive}). The file is there while the lock is held; what it says, and what a killed process left, has no weight.
 *
 * @throws PasticheError `store-busy`, `cancelled`, `output-not-writable`, `disk-full`
 */
export async function lockFolder(folder: string, options: LockOptions): Promise<FolderLock> {
  const { timings = lockTimings, signal, onWait } = options
  const path = join(folder, lockName)
  const startMs = performance.now()
  for (let waits = 0; ; waits += 1) {
    throwIfCancelled(signal)
    const lock = await tryLock(path, options)
    if (lock instanceof FolderLock) return lock
    if (waits === 0) onWait?.(lock.holder)
    if (performance.now() - startMs > timings.waitTimeoutMs) throw busy(lock.holder, options)
    await delay(timings.pollMs, undefined, { signal }).catch(() => undefined)
  }
}

export class FolderLock {
  readonly #path: string
  readonly #exclusive: ExclusiveFile
  readonly #options: LockOptions
  #isReleased = false
  /** Content of a lock whose holder ended without releasing it; null where there was none. */
  readonly before: LockHolder | null

  constructor(path: string, exclusive: ExclusiveFile, options: LockOptions, before: LockHolder | null) {
    this.#path = path
    this.#exclusive = exclusive
    this.#options = options
    this.before = before
  }

  /** True if the lock still stands in its folder: somebody may have removed the folder, or put another in its place. */
  async isHeld(): Promise<boolean> {
    return !this.#isReleased && (await isAt(this.#path, this.#exclusive.file))
  }

  /** @throws PasticheError `store-busy` where the lock is gone, and another may have the folder */
  async assertHeld(): Promise<void> {
    if (!(await this.isHeld())) throw busy(await readHolder(this.#path), this.#options)
  }

  /** Idempotent. */
  async release(): Promise<void> {
    if (this.#isReleased) return
    // Removed while it is held, or who takes it next would find its file gone; Windows removes no open file.
    const isOurs = await this.isHeld()
    this.#isReleased = true
    if (isOurs && process.platform !== 'win32') await remove(this.#path)
    await this.#exclusive.close()
    if (isOurs && process.platform === 'win32') await remove(this.#path)
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined)
}

async function tryLock(
  path: string,
  options: LockOptions,
): Promise<FolderLock | { holder: LockHolder | null }> {
  const { purpose, session } = options
  for (;;) {
    const exclusive = await openLock(path)
    if (exclusive === null) return { holder: await hearHolder(path) }
    const before = await readHolder(path)
    // Whoever released it meanwhile has removed this file; another may hold one of the same name.
    const isOurs = await isAt(path, exclusive.file)
    const isAlive = isOurs && (await isAliveOfFirstEdition(path, options))
    if (isOurs && !isAlive && options.signal?.aborted !== true) {
      await sign(path, exclusive.file, { pid: process.pid, purpose, ...(session && { session }) })
      return new FolderLock(path, exclusive, options, before)
    }
    await exclusive.close()
    if (isAlive || options.signal?.aborted === true) return { holder: before }
  }
}

/** Returns null where another has it. Whatever stands in its place, and is no file, is renamed: nobody can hold that. */
async function openLock(path: string): Promise<ExclusiveFile | null> {
  const folder = join(path, '..')
  for (let tries = 0; ; tries += 1) {
    try {
      await makePrivateFolder(folder)
      const exclusive = await openExclusive(path, flags)
      if (exclusive === null || (await exclusive.file.stat()).isFile()) return exclusive
      await exclusive.close()
    } catch (thrown) {
      if (!(await standsInTheWay(path))) throw await describe(thrown, path, folder)
    }
    if (tries === 10) throw inTheWay(path, 'something else')
    await clearAway(path, folder)
  }
}

async function standsInTheWay(path: string): Promise<boolean> {
  const entry = await lstat(path).catch(() => null)
  return entry !== null && !entry.isFile()
}

/**
 * One at a time: who looked before another had cleared the place and taken the lock would carry that lock away. Windows refuses to
 * rename a file that is held.
 */
async function clearAway(path: string, folder: string): Promise<void> {
  const turn = process.platform === 'win32' ? null : await openExclusive(folder).catch(() => null)
  try {
    const isMine = turn !== null || process.platform === 'win32'
    const entry = await lstat(path).catch(() => null)
    if (!isMine) await delay(20)
    else if (entry !== null && !entry.isFile()) {
      await rename(path, asidePath(path)).catch(() => {
        throw inTheWay(path, kindOf(entry))
      })
    }
  } finally {
    await turn?.close()
  }
}

/** A disk that is full keeps nobody from holding the lock: only who it is cannot be told then. */
async function sign(path: string, file: FileHandle, holder: LockHolder): Promise<void> {
  const text = JSON.stringify(holder)
  try {
    // Windows lets nobody else write to it; elsewhere the file that holds the lock is open to be read alone.
    if (process.platform === 'win32') {
      await file.truncate(0)
      await file.write(text, 0)
    } else
      await writeFile(path, text, { flag: constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW })
  } catch {
    // A half of it cannot be read, which is as good as nothing.
  }
}

async function isAt(path: string, file: FileHandle): Promise<boolean> {
  const there = await lstat(path, { bigint: true }).catch(() => null)
  const ours = await file.stat({ bigint: true })
  return there?.ino === ours.ino && there.dev === ours.dev
}

/** Content of the lock of a folder; null where it says nothing. */
export function readLock(folder: string): Promise<LockHolder | null> {
  return readHolder(join(folder, lockName))
}

/** Who has only just taken the lock may not have signed it yet. */
async function hearHolder(path: string): Promise<LockHolder | null> {
  for (let tries = 0; tries < 5; tries += 1) {
    const holder = await readHolder(path)
    if (holder !== null) return holder
    await delay(10)
  }
  return null
}

async function readHolder(path: string): Promise<LockHolder | null> {
  try {
    return holderSchema.parse(JSON.parse((await readPlainText(path, 10_000)) ?? ''))
  } catch {
    return null
  }
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return
  throw new PasticheError('cancelled', 'Waiting for the other Pastiche was cancelled.')
}

function busy(
  holder: LockHolder | null,
  { unknownPurpose }: Pick<LockOptions, 'unknownPurpose'>,
): PasticheError {
  const sentence = `${describeHolder(holder, unknownPurpose)}.`
  return new PasticheError('store-busy', sentence.replace(/^a/, 'A'))
}

/** "another Pastiche (process 1234) is downloading vgg19" */
export function describeHolder(holder: LockHolder | null, unknownPurpose = 'changing the weights'): string {
  if (holder === null) return `another Pastiche is ${unknownPurpose}`
  return `another Pastiche (process ${holder.pid}) is ${holder.purpose}`
}

async function describe(thrown: unknown, path: string, folder: string): Promise<PasticheError> {
  const { code } = thrown as NodeJS.ErrnoException
  const isThere = (await lstat(path).catch(() => null)) !== null
  if (!isThere || !['EACCES', 'EPERM'].includes(code ?? ''))
    return fileProblem(thrown, `Cannot write to ${folder}`)
  const message = `Cannot open ${path}: it belongs to another user, or its permissions deny access.`
  const hint = 'If no other Pastiche is open, remove this file and try again.'
  return new PasticheError('output-not-writable', message, { hint, cause: thrown })
}

function inTheWay(path: string, kind: string): PasticheError {
  const message = `Pastiche keeps a file at ${path}, but ${kind} is there and cannot be moved.`
  return new PasticheError('output-not-writable', message, { hint: 'Remove it and try again.' })
}
