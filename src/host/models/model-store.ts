import { rm } from 'node:fs/promises'
import { publishedNetworkId } from '../../shared/contract/models.ts'
import type { ModelEntry, PublishedNetworkId, WeightFamily } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'
import { fileProblem } from '../file-problem.ts'
import { describeHolder, lockFolder, lockTimings, type FolderLock } from '../files/folder-lock.ts'
import { assertSpace, canonicalBytes, freeBytes } from './free-space.ts'
import { assertDownloadable, getModel } from './get-model.ts'
import { findModel, findNetwork } from './manifest.ts'
import type {
  InstalledModel,
  ModelListeners,
  ModelState,
  ModelStoreOptions,
  Verification,
} from './model-store-options.ts'
import { PartFile, partBytes } from './part-file.ts'
import { StoreFolder } from './store-folder.ts'
import type { StoredWeights } from './stored-weights.ts'

/**
 * The networks on this computer: gets them, checks them, removes them. Whatever happens in between, the store holds whole
 * files that the engine has read and found right, or none: a network's file only ever comes by a rename.
 */
export class ModelStore {
  readonly folder: string
  readonly #files: StoreFolder
  readonly #options: ModelStoreOptions

  constructor(options: ModelStoreOptions) {
    this.folder = options.folder
    this.#files = new StoreFolder(options.folder, options.shippedFolder ?? null)
    this.#options = options
  }

  /** True if no connection is ever opened. */
  get offline(): boolean {
    return this.#options.offline === true
  }

  /** Reads headers only; `verify` reads it all. */
  async list(): Promise<ModelState[]> {
    return Promise.all(publishedNetworkId.options.map((network) => this.#stateOf(network)))
  }

  /** Path of a network's file, existing or not. @throws PasticheError `unknown-model` */
  path(id: string): string {
    return this.#files.fileOf(findNetwork(this.#options.manifest, id))
  }

  /**
   * Downloads a model, resuming where an earlier run stopped, and puts its network into the store. `fresh` is false where it was
   * there already.
   *
   * @throws PasticheError `unknown-model`, `offline`, `download-failed`, `store-busy`, `disk-full`, `output-not-writable`,
   * `cancelled`, and what the engine finds wrong with the file
   */
  async download(id: string, listeners: ModelListeners = {}): Promise<InstalledModel & { fresh: boolean }> {
    const entry = findModel(this.#options.manifest, id)
    assertDownloadable(entry)
    return this.#change(`downloading ${entry.id}`, listeners, async (lock) => {
      const here = await this.#installed(entry)
      if (here !== null) return { ...here, fresh: false }
      const part = await PartFile.open(this.#files.downloads, entry.id)
      await getModel(entry, part, this.#options, listeners)
      const installed = await this.#install(lock, part.path, { expected: entry.network }, listeners.signal)
      await part.remove()
      return { ...installed, fresh: true }
    })
  }

  /**
   * Puts the network of a weights file, of any format, into the store; `found` says what it was. The file is left as it is.
   *
   * @throws PasticheError `store-busy`, `disk-full`, `output-not-writable`, `cancelled`, and what the engine finds wrong
   * with the file; `weights-unverified` where it is no published one and `allowUnverified` is not set
   */
  async import(
    path: string,
    options: { allowUnverified?: boolean; family?: WeightFamily | null } & ModelListeners = {},
  ): Promise<InstalledModel & { found: string }> {
    return this.#change('importing weights', options, async (lock) => {
      const needed = Math.max(...Object.values(canonicalBytes))
      await assertSpace(this.folder, needed, this.#options.freeBytes ?? freeBytes)
      return this.#install(lock, path, options, options.signal)
    })
  }

  /** Has the engine read each network that is in the store, or the one that is asked for, to the last byte. */
  async verify(id?: string): Promise<Verification[]> {
    if (id !== undefined) {
      const { network, stored } = await this.#find(id)
      if (stored === null) throw missing(network, this.#files.fileOf(network))
      return [await this.#check(network, stored)]
    }
    const results: Verification[] = []
    for (const network of publishedNetworkId.options) {
      const stored = await this.#files.read(network)
      if (stored !== null) results.push(await this.#check(network, stored))
    }
    return results
  }

  /**
   * Removes a network, and what has arrived of its downloads. Returns the paths that are gone.
   *
   * @throws PasticheError `unknown-model`, `weights-missing` where another model of that network is installed,
   * `invalid-request` where it came with the app, `store-busy`, `output-not-writable`
   */
  async remove(
    id: string,
    listeners: ModelListeners = {},
  ): Promise<{ network: PublishedNetworkId; removed: string[] }> {
    return this.#change(`removing ${id}`, listeners, async () => {
      const { network, stored } = await this.#find(id)
      const path = this.#files.fileOf(network)
      if (stored !== null && stored.path !== path) throw shipped(network)
      await rm(path, { recursive: true, force: true }).catch((thrown: unknown) => {
        throw fileProblem(thrown, `Cannot remove ${path}`)
      })
      const parts = await this.#removeParts(network)
      return { network, removed: [...(stored === null ? [] : [path]), ...parts] }
    })
  }

  async #removeParts(network: PublishedNetworkId): Promise<string[]> {
    const { downloads } = await this.#stateOf(network)
    const parts = downloads.filter(({ arrivedBytes }) => arrivedBytes > 0)
    return Promise.all(
      parts.map(async ({ entry }) => {
        const part = await PartFile.open(this.#files.downloads, entry.id)
        await part.remove()
        return part.path
      }),
    )
  }

  /** One change at a time, by one process; what a killed one left behind is cleaned up first. */
  async #change<T>(
    purpose: string,
    { signal, onNotice }: ModelListeners,
    work: (lock: FolderLock) => Promise<T>,
  ): Promise<T> {
    const lock = await lockFolder(this.folder, {
      purpose,
      timings: { ...lockTimings, ...this.#options.timings },
      signal,
      onWait: (holder) => onNotice?.(`Waiting: ${describeHolder(holder)}.`),
    })
    try {
      await this.#files.clean(this.#options.manifest.models)
      return await work(lock)
    } finally {
      await lock.release()
    }
  }

  async #stateOf(network: PublishedNetworkId): Promise<ModelState> {
    const entries = this.#options.manifest.models.filter(
      (entry) => entry.network === network && entry.urls.length > 0,
    )
    const downloads = entries.map(async (entry) => ({
      entry,
      arrivedBytes: await partBytes(this.#files.downloads, entry.id),
    }))
    const stored = await this.#files.read(network)
    return { network, path: this.#files.fileOf(network), stored, downloads: await Promise.all(downloads) }
  }

  /** The model as it is in the store, whole; null where it is not, or another one is. */
  async #installed(entry: ModelEntry): Promise<InstalledModel | null> {
    const stored = await this.#files.read(entry.network)
    if (stored?.state !== 'ready' || !stored.facts.verified || stored.facts.origin !== entry.name) return null
    const checked = await this.#check(entry.network, stored)
    return checked.ok ? checked : null
  }

  async #check(network: PublishedNetworkId, { path, bytes }: StoredWeights): Promise<Verification> {
    try {
      const facts = await this.#options.engine.call('verifyWeights', { path })
      if (facts.network === network) return { ok: true, ...facts, path, bytes }
      throw new PasticheError('weights-damaged', `${path} holds ${facts.network}, not ${network}.`)
    } catch (thrown) {
      const error = PasticheError.from(thrown)
      if (!error.code.startsWith('weights-') && error.code !== 'file-not-found') throw error
      return { ok: false, network, path, error: error.toData() }
    }
  }

  /** Has the engine convert a file and puts what comes out into the store. */
  async #install(
    lock: FolderLock,
    path: string,
    options: { allowUnverified?: boolean; family?: WeightFamily | null; expected?: PublishedNetworkId },
    signal: AbortSignal | undefined,
  ): Promise<InstalledModel & { found: string }> {
    const { manifest, engine } = this.#options
    const { allowUnverified = false, family = null, expected } = options
    const folder = await this.#files.stage()
    try {
      const request = { path, manifest, family, folder, allowUnverified }
      const found = await engine.call('importWeights', request, { signal })
      if (expected !== undefined && found.network !== expected)
        throw new PasticheError('weights-damaged', `The download is ${found.network}, not ${expected}.`)
      await lock.assertHeld()
      const target = await this.#files.publish(folder, found.network)
      const stored = await this.#files.read(found.network)
      return { ...found, path: target, bytes: stored?.bytes ?? 0 }
    } finally {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    }
  }

  /** Resolves an id in the store: a network, or the one model of it that is installed. */
  async #find(id: string): Promise<{ network: PublishedNetworkId; stored: StoredWeights | null }> {
    const network = findNetwork(this.#options.manifest, id)
    const stored = await this.#files.read(network)
    const origin = stored?.state === 'ready' ? stored.facts.origin : null
    if (id === network || origin === null) return { network, stored }
    const { name } = findModel(this.#options.manifest, id)
    if (origin === name) return { network, stored }
    const message = `${name} isn't installed; ${network} comes from another file: ${origin}.`
    throw new PasticheError('weights-missing', message, { hint: `Name the network instead: ${network}.` })
  }
}

function shipped(network: PublishedNetworkId): PasticheError {
  const message = `${network} came with Pastiche and can't be removed.`
  return new PasticheError('invalid-request', message, {
    hint: 'Only downloaded and imported networks can be removed.',
  })
}

function missing(network: PublishedNetworkId, path: string): PasticheError {
  return new PasticheError('weights-missing', `${network} isn't installed: there is no file at ${path}.`, {
    hint: `Run "pastiche models download ${network}".`,
  })
}
