import { randomUUID } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StudioNotice } from '../../shared/contract/studio.ts'
import { PasticheError } from '../../shared/errors.ts'
import { lockFolder, lockTimings, readLock, type FolderLock } from '../files/folder-lock.ts'

/**
 * `gone`: the folder cannot be reached, its drive most likely. `taken`: another Pastiche has it. `replaced`: another library is
 * where ours was.
 */
export type LibraryState = 'ours' | 'gone' | 'taken' | 'replaced'

export interface LibraryGuardOptions {
  readonly folder: string
  readonly signal?: AbortSignal | undefined
  /** Called once for each change. `isNew`: the folder had been removed, and is empty now. */
  readonly onChange: (state: LibraryState, isNew: boolean) => void
  readonly lookEveryMs?: number
}

/** A Pastiche that is being closed may still need so long to set its job aside. */
const lockWaitMs = 3000
const purpose = 'using this library'
/**
 * Files that another library would lose if this one took its place. Not the folders: nothing in them is written over, and an engine at
 * work may have made them again before anybody looked.
 */
const ownNames = ['queue.json', 'table.json']

/** The library of this studio alone, for as long as it is open: notices when the folder is removed, replaced or unplugged. */
export class LibraryGuard {
  readonly #options: LibraryGuardOptions
  readonly #session: string
  #lock: FolderLock
  #place: Place
  #state: LibraryState = 'ours'
  #looking: Promise<void> | null = null
  readonly #timer: NodeJS.Timeout

  /** @throws PasticheError `store-busy`, `cancelled`, `output-not-writable`, `disk-full` */
  static async open(options: LibraryGuardOptions): Promise<LibraryGuard> {
    const { folder, signal } = options
    const session = randomUUID()
    const timings = { ...lockTimings, waitTimeoutMs: lockWaitMs }
    const lock = await lockFolder(folder, { purpose, unknownPurpose: purpose, session, timings, signal })
    try {
      return new LibraryGuard(options, session, lock, await placeOf(folder))
    } catch (thrown) {
      await lock.release()
      throw thrown
    }
  }

  private constructor(options: LibraryGuardOptions, session: string, lock: FolderLock, place: Place) {
    this.#options = options
    this.#session = session
    this.#lock = lock
    this.#place = place
    this.#timer = setInterval(() => void this.look(), options.lookEveryMs ?? 2000)
    this.#timer.unref()
  }

  get state(): LibraryState {
    return this.#state
  }

  /** Before each write into the library. @throws PasticheError `store-busy`, `output-not-writable` */
  readonly assertOurs = async (): Promise<void> => {
    await this.look()
    if (this.#state !== 'ours') throw problemOf(this.#state, this.#options.folder)
  }

  /** Looks once, whoever asks meanwhile. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null))
    return this.#looking
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
    await this.#lock.release()
  }

  async #look(): Promise<void> {
    // Moved away and back again, it is the one that was never released.
    if (await this.#lock.isHeld()) {
      this.#become('ours', false)
      return
    }
    const state = await this.#retake().catch((): LibraryState => 'gone')
    if (state !== 'ours') this.#become(state, false)
  }

  async #retake(): Promise<LibraryState> {
    const { folder } = this.#options
    const place = await placeOf(folder)
    // A drive that was unplugged comes back with the lock that was held, whatever number the system gives it.
    const holder = await readLock(folder)
    const isKnown = isSame(place, this.#place) || holder?.session === this.#session
    if (!isKnown && place.isLibrary) return holder === null ? 'replaced' : 'taken'
    if (!isKnown && place.dev !== this.#place.dev) return 'gone'
    const timings = { ...lockTimings, waitTimeoutMs: -1 }
    try {
      const lock = await lockFolder(folder, { purpose, session: this.#session, timings })
      await this.#lock.release()
      this.#lock = lock
    } catch (thrown) {
      return PasticheError.from(thrown).code === 'store-busy' ? 'taken' : 'gone'
    }
    this.#place = await placeOf(folder)
    this.#become('ours', !isKnown)
    return 'ours'
  }

  #become(state: LibraryState, isNew: boolean): void {
    if (state === this.#state && !isNew) return
    this.#state = state
    this.#options.onChange(state, isNew)
  }
}

/** Messages for a library that changes hands. */
export function libraryNotice(state: LibraryState, isNew: boolean, folder: string): StudioNotice {
  if (state !== 'ours') {
    const { message, hint } = problemOf(state, folder)
    return { level: 'error', message, hint }
  }
  if (!isNew) return { level: 'info', message: `The library folder ${folder} is back.`, hint: null }
  const message = `The library folder ${folder} was removed, and has been created again.`
  return { level: 'warning', message, hint: 'The pictures in it are gone.' }
}

function problemOf(state: Exclude<LibraryState, 'ours'>, folder: string): PasticheError {
  if (state === 'gone')
    return new PasticheError('output-not-writable', `The library folder ${folder} is gone.`, {
      hint: 'Reconnect its drive, or put the folder back. Until then, nothing is saved.',
    })
  if (state === 'taken')
    return new PasticheError('store-busy', `Another Pastiche has opened the library folder ${folder}.`, {
      hint: 'Nothing more is saved here. Close this Pastiche and continue in the other.',
    })
  return new PasticheError('output-not-writable', `Another library is now in ${folder}.`, {
    hint: 'Restart Pastiche to use it. Until then, nothing is saved.',
  })
}

/** Which folder it is, as the system knows it; 0 and the disk that it would be on, where there is none. */
interface Place {
  readonly dev: bigint
  readonly ino: bigint
  /** True if somebody keeps a library there. */
  readonly isLibrary: boolean
}

async function placeOf(folder: string): Promise<Place> {
  const entry = await stat(folder, { bigint: true }).catch(() => null)
  if (entry === null) {
    const above = dirname(folder)
    const dev = above === folder ? 0n : (await placeOf(above)).dev
    return { dev, ino: 0n, isLibrary: false }
  }
  const names = await readdir(folder).catch(() => [])
  return { dev: entry.dev, ino: entry.ino, isLibrary: names.some((name) => ownNames.includes(name)) }
}

function isSame(a: Place, b: Place): boolean {
  return a.ino !== 0n && a.ino === b.ino && a.dev === b.dev
}
