import { randomUUID } from 'node:crypto'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ModelEntry, PublishedNetworkId } from '../../shared/contract/models.ts'
import { publishedNetworkId } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'
import { fileProblem } from '../file-problem.ts'
import { makePrivateFolder } from '../files/private-files.ts'
import { readStored } from './stored-weights.ts'
import type { StoredWeights } from './stored-weights.ts'

/**
 * Folder of the weights:
 *
 *     <folder>/vgg19.safetensors   a network, whole and checked, or not there: it only ever comes by a rename
 *     <folder>/downloads/          what has arrived of files that are being downloaded
 *     <folder>/staging/            what is being converted; nobody reads it
 *     <folder>/store.lock          who is changing any of this
 */
export class StoreFolder {
  readonly path: string
  readonly #shipped: string | null

  /** @param shipped a folder of networks that came with the app, for those that are not in the store; nothing is written there */
  constructor(path: string, shipped: string | null = null) {
    this.path = path
    this.#shipped = shipped
  }

  get downloads(): string {
    return join(this.path, 'downloads')
  }

  fileOf(network: PublishedNetworkId): string {
    return join(this.path, `${network}.safetensors`)
  }

  /** The network's file in the store, else the one that came with the app, else null. */
  async read(network: PublishedNetworkId): Promise<StoredWeights | null> {
    const own = await readWeights(this.fileOf(network), network)
    if (own !== null || this.#shipped === null) return own
    return readWeights(join(this.#shipped, `${network}.safetensors`), network)
  }

  /** An empty folder of its own for one conversion, on the same disk as the store. Under the lock only. */
  async stage(): Promise<string> {
    const path = join(this.#staging, randomUUID())
    try {
      await makePrivateFolder(path)
    } catch (thrown) {
      throw fileProblem(thrown, `Cannot write to ${this.path}`)
    }
    return path
  }

  /** Puts a network's file from a staging folder in its place, at one stroke. Under the lock only. */
  async publish(staging: string, network: PublishedNetworkId): Promise<string> {
    const target = this.fileOf(network)
    try {
      await rename(join(staging, basename(target)), target)
      await syncFolder(this.path)
    } catch (thrown) {
      throw fileProblem(thrown, `Cannot write ${target}`)
    }
    return target
  }

  /**
   * Removes what a run that was killed left behind: conversions, parts of files that this version does not know or that
   * have become a network already, the guard of a lock of the first edition. Under the lock only; never fails.
   */
  async clean(models: readonly ModelEntry[]): Promise<void> {
    await remove(this.#staging)
    await remove(join(this.path, 'store.lock.takeover'))
    const wanted = new Set(await this.#wantedParts(models))
    for (const name of await namesIn(this.downloads))
      if (!wanted.has(name)) await remove(join(this.downloads, name))
  }

  get #staging(): string {
    return join(this.path, 'staging')
  }

  async #wantedParts(models: readonly ModelEntry[]): Promise<string[]> {
    const here = new Set<string>()
    for (const network of publishedNetworkId.options) {
      const stored = await this.read(network).catch(() => null)
      if (stored?.state === 'ready' && stored.facts.verified) here.add(stored.facts.origin)
    }
    const waiting = models.filter(({ name, urls }) => urls.length > 0 && !here.has(name))
    return waiting.flatMap(({ id }) => [`${id}.part`, `${id}.part.json`])
  }
}

async function readWeights(path: string, network: PublishedNetworkId): Promise<StoredWeights | null> {
  try {
    return await readStored(path, network)
  } catch (thrown) {
    if (thrown instanceof PasticheError) throw thrown
    const message = `Cannot read ${path}: ${(thrown as Error).message}.`
    throw new PasticheError('file-not-readable', message, { cause: thrown })
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined)
}

/** Makes a rename outlast a power cut, where the system can: Windows opens no folders. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}
