import {
  publishedNetworkId,
  type PublishedNetworkId,
  type WeightFamily,
} from '../../../shared/contract/models.ts'
import type { FoundWeights } from '../../../shared/contract/engine.ts'
import type { JobOrder } from '../jobs/job-order.ts'
import type { NetworkId } from '../../../shared/contract/parameters.ts'
import type { StudioModel, StudioNotice } from '../../../shared/contract/studio.ts'
import { hintInStudio, PasticheError } from '../../../shared/errors.ts'
import { Listeners } from '../../../shared/rpc/listeners.ts'
import type { Off } from '../../../shared/rpc/transport.ts'
import type { ModelState } from '../../models/model-store-options.ts'
import type { ModelStore } from '../../models/model-store.ts'
import { findNetwork } from '../../models/manifest.ts'
import { compactChecksum } from '../../models/stored-weights.ts'
import type { ModelManifest } from '../../../shared/contract/models.ts'
import { Throttle } from '../jobs/throttle.ts'

export interface ModelServiceOptions {
  /** Called again whenever the offline setting may have changed. */
  readonly openStore: () => Promise<ModelStore>
  readonly manifest: ModelManifest
  readonly onNotice: (notice: StudioNotice) => void
}

type Activity = NonNullable<StudioModel['activity']>
interface Work {
  activity: Activity
  readonly stop: AbortController
}

const tellEveryMs = 250

/** The networks on this computer as the window shows them, and what is being done with them now. */
export class ModelService {
  readonly #options: ModelServiceOptions
  readonly #work = new Map<PublishedNetworkId, Work>()
  readonly #listeners = new Listeners<StudioModel[]>()
  readonly #throttle = new Throttle(tellEveryMs, () => void this.#tell())
  #closing: Promise<unknown>[] = []

  constructor(options: ModelServiceOptions) {
    this.#options = options
  }

  async list(): Promise<StudioModel[]> {
    const store = await this.#options.openStore()
    return (await store.list()).map((state) => this.#show(state))
  }

  onChange(listener: (models: StudioModel[]) => void): Off {
    return this.#listeners.add(listener)
  }

  /** Everything a job needs of a network. @throws PasticheError `weights-missing`, `weights-damaged` */
  async weightsOf(network: NetworkId): Promise<JobOrder['weights']> {
    if (network === 'compact') return { path: null, origin: 'compact', dataSha256: await compactChecksum() }
    const store = await this.#options.openStore()
    const stored = (await store.list()).find((state) => state.network === network)?.stored ?? null
    const title = network.toUpperCase()
    if (stored === null) throw new PasticheError('weights-missing', `${title} isn't installed.`)
    if (stored.state === 'damaged')
      throw new PasticheError('weights-damaged', `The ${title} file is damaged.`)
    const { origin, dataSha256 } = stored.facts
    return { path: stored.path, origin, dataSha256 }
  }

  /** Begins a download; how it ends is told by a change, and by a notice where it ends badly. @throws PasticheError `unknown-model`, `store-busy` */
  download(id: string): void {
    const network = findNetwork(this.#options.manifest, id)
    const begin: Activity = { phase: 'downloading', bytes: 0, totalBytes: null }
    this.#begin(network, begin, async (work, store) => {
      const { fresh, origin } = await store.download(id, {
        signal: work.stop.signal,
        onProgress: (progress) => {
          work.activity = progress
          this.#throttle.ask()
        },
        onNotice: (message) => this.#options.onNotice({ level: 'info', message, hint: null }),
      })
      const message = fresh ? `${origin} is ready.` : `${origin} is here already.`
      this.#options.onNotice({ level: 'info', message, hint: null })
    }).catch((thrown: unknown) => this.#tellFailure(thrown))
  }

  cancel(network: PublishedNetworkId): void {
    this.#work.get(network)?.stop.abort()
  }

  /** Before the network of a file is known, any may be meant: then the first that rests shows that something is going on. */
  async import(
    path: string,
    options: { family: WeightFamily | null; allowUnverified: boolean },
  ): Promise<FoundWeights> {
    const resting = publishedNetworkId.options.find((network) => !this.#work.has(network))
    if (resting === undefined) throw busy()
    const begin: Activity = { phase: 'importing', bytes: 0, totalBytes: null }
    return this.#begin(resting, begin, (work, store) =>
      store.import(path, { ...options, signal: work.stop.signal }),
    )
  }

  async verify(network: PublishedNetworkId): Promise<{ ok: boolean; message: string }> {
    const begin: Activity = { phase: 'verifying', bytes: 0, totalBytes: null }
    const [result] = await this.#begin(network, begin, (_, store) => store.verify(network))
    if (result?.ok === true) return { ok: true, message: `${result.origin} is whole.` }
    return { ok: false, message: `${result?.error.message ?? ''} Remove it and get it again.` }
  }

  async remove(network: PublishedNetworkId): Promise<void> {
    if (this.#work.has(network)) throw busy()
    const store = await this.#options.openStore()
    await store.remove(network)
    await this.#tell()
  }

  /** After the offline setting was switched on. */
  stopDownloads(): void {
    for (const { stop, activity } of this.#work.values()) if (activity.phase === 'downloading') stop.abort()
  }

  /** Ends what is being done; what has arrived of a download is kept. Never rejects. */
  async close(): Promise<void> {
    for (const { stop } of this.#work.values()) stop.abort()
    await Promise.allSettled(this.#closing)
    this.#throttle.flush()
  }

  #begin<T>(
    network: PublishedNetworkId,
    activity: Activity,
    act: (work: Work, store: ModelStore) => Promise<T>,
  ): Promise<T> {
    if (this.#work.has(network)) throw busy()
    const work: Work = { activity, stop: new AbortController() }
    this.#work.set(network, work)
    void this.#tell()
    const done = this.#options
      .openStore()
      .then((store) => act(work, store))
      .finally(() => {
        this.#work.delete(network)
        void this.#tell()
      })
    const settled = done.catch(() => undefined)
    this.#closing.push(settled)
    void settled.then(() => (this.#closing = this.#closing.filter((other) => other !== settled)))
    return done
  }

  #tellFailure(thrown: unknown): void {
    const error = PasticheError.from(thrown)
    if (error.code !== 'cancelled') this.#options.onNotice(errorNotice(error))
  }

  async #tell(): Promise<void> {
    // A folder that cannot be read just now shows nothing new.
    const models = await this.list().catch(() => null)
    if (models !== null) this.#listeners.fire(models)
  }

  #show({ network, stored, downloads }: ModelState): StudioModel {
    const installed =
      stored === null
        ? null
        : stored.state === 'ready'
          ? { state: stored.state, bytes: stored.bytes, facts: stored.facts }
          : { state: stored.state, bytes: stored.bytes }
    const activity = this.#work.get(network)?.activity ?? null
    return { network, installed, downloads: downloads.map((download) => ({ ...download })), activity }
  }
}

function busy(): PasticheError {
  return new PasticheError('store-busy', 'This network is already being downloaded or changed.', {
    hint: 'Wait for it to finish, or cancel it.',
  })
}

function errorNotice(error: PasticheError): StudioNotice {
  return { level: 'error', message: error.message, hint: hintInStudio(error) }
}
