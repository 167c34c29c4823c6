import { join } from 'node:path'
import type { Input } from '../../shared/contract/define.ts'
import type { ConcreteDeviceId } from '../../shared/contract/device.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'
import type { MediaRequest } from '../../shared/contract/media.ts'
import type {
  Draft,
  StudioContract,
  StudioJob,
  StudioNotice,
  StudioSettings,
} from '../../shared/contract/studio.ts'
import type { Ticket } from '../../shared/contract/ticket.ts'
import { hintInStudio, PasticheError } from '../../shared/errors.ts'
import { Listeners } from '../../shared/rpc/listeners.ts'
import type { Off, Transport } from '../../shared/rpc/transport.ts'
import type { AppPaths } from '../app-paths.ts'
import { EngineHost } from '../engine-host.ts'
import { Calibrations } from '../forecast/calibrations.ts'
import { readManifest } from '../models/manifest.ts'
import { openModelStore } from '../models/open-model-store.ts'
import { Presets } from '../presets/presets.ts'
import { changeSettings, isOffline, readSettings, type Settings } from '../settings.ts'
import { orCancelled } from '../timeouts.ts'
import type { Spawner } from '../worker-process.ts'
import { DeviceInspector } from './device-inspector.ts'
import { Gallery } from './gallery/gallery.ts'
import type { NamedFile } from './gallery/source-copies.ts'
import { Exporter } from './export.ts'
import { Checkpoints } from './jobs/checkpoints.ts'
import { JobQueue } from './jobs/job-queue.ts'
import { queueFile } from './jobs/queue-file.ts'
import { LibraryGuard, libraryNotice, type LibraryGuardOptions, type LibraryState } from './library-guard.ts'
import { openFallbackFolders, tightenRoots, type FallbackFolders } from './own-folders.ts'
import { PictureInspector } from './pictures/picture-inspector.ts'
import { readSamples, withoutWords, type Sample } from './pictures/samples.ts'
import { DraftStore } from './pictures/draft-store.ts'
import { Uploads } from './pictures/uploads.ts'
import { Views } from './pictures/views.ts'
import type { StudioShell } from './shell.ts'
import { ModelService } from './services/model-service.ts'
import { PresetService } from './services/preset-service.ts'
import { PageConnections } from './page-connections.ts'
import type { StudioParts } from './studio-parts.ts'
import type { MediaFile, StudioPage, StudioService, UploadRequest } from './studio-service.ts'
import { Tickets } from './tickets.ts'

export interface StudioOptions {
  readonly paths: AppPaths
  readonly appVersion: string
  readonly spawn: Spawner
  readonly env?: NodeJS.ProcessEnv
  /** Folders that keep a picture where the library cannot, best first. */
  readonly fallbackFolders?: readonly string[]
  /** Gives the start up, and closes what is open by then. */
  readonly signal?: AbortSignal
}

/**
 * The studio without a face: jobs, pictures, results, presets, models and settings of one user, for any number of pages. Two
 * engines work for it: one paints; the other looks at pictures, and so always answers soon.
 */
export class Studio implements StudioService, StudioParts {
  readonly paths: AppPaths
  readonly appVersion: string
  readonly painter: EngineHost
  readonly tools: EngineHost
  readonly tickets = new Tickets()
  readonly gallery: Gallery
  readonly queue: JobQueue
  readonly calibrations: Calibrations
  readonly pictures: PictureInspector
  readonly draftStore: DraftStore
  readonly presetService: PresetService
  readonly modelService: ModelService
  readonly deviceInspector: DeviceInspector
  readonly exporter: Exporter
  readonly samples: readonly Sample[]
  readonly offlineByEnvironment: boolean
  readonly uploads: Uploads
  readonly #views: Views
  readonly #pages: PageConnections
  readonly #settingsListeners = new Listeners<StudioSettings>()
  readonly #guard: LibraryGuard
  readonly #fallbackFolders: FallbackFolders
  #settings: Settings
  #changing: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | null = null

  /**
   * Opens the library of a user, alone.
   *
   * @throws PasticheError `store-busy` where another Pastiche has it open; `cancelled` by the signal; `output-not-writable`
   */
  static async open(options: StudioOptions): Promise<Studio> {
    const { paths, signal } = options
    let studio: Studio | null = null
    const onChange: LibraryGuardOptions['onChange'] = (...change) => studio?.libraryChanged(...change)
    const guard = await LibraryGuard.open({ folder: paths.library, signal, onChange })
    try {
      const found = await orCancelled(findAll(options), signal, 'open')
      studio = new Studio(options, { guard, ...found })
      const { notice } = found
      if (notice !== null) studio.notify({ level: 'warning', message: notice, hint: null })
      await orCancelled(studio.#open(), signal, 'open')
      return studio
    } catch (thrown) {
      await (studio ?? guard).close()
      throw thrown
    }
  }

  private constructor(
    { paths, appVersion, spawn, env = process.env }: StudioOptions,
    found: Found & { guard: LibraryGuard },
  ) {
    const notify = (notice: StudioNotice): void => this.notify(notice)
    // The loss of the library was reported already.
    const onProblem = (problem: Error): void => {
      if (found.guard.state === 'ours') this.notifyOf(problem)
    }
    const { tickets } = this
    const { library, cache } = paths
    const { assertOurs } = found.guard
    this.paths = paths
    this.appVersion = appVersion
    this.#guard = found.guard
    this.#fallbackFolders = found.fallbackFolders
    this.#settings = found.settings
    this.samples = found.samples
    this.offlineByEnvironment = isOffline({ offline: false }, env)
    this.painter = new EngineHost({ spawn, appVersion })
    this.tools = new EngineHost({ spawn, appVersion })
    this.deviceInspector = new DeviceInspector({ spawn, appVersion }, this.painter)
    this.pictures = new PictureInspector(this.tools, tickets)
    this.draftStore = new DraftStore(join(library, 'table.json'), tickets, emptyDraft, onProblem, assertOurs)
    this.uploads = new Uploads(join(library, 'uploads'), assertOurs)
    this.#views = new Views(join(cache, 'views'), this.tools, tickets)
    this.exporter = new Exporter(join(cache, 'exports'), tickets)
    this.calibrations = new Calibrations(join(cache, 'calibrations.json'), appVersion)
    this.gallery = new Gallery({ folder: library, tools: this.tools, tickets, appVersion, assertOurs })
    this.queue = new JobQueue({
      ...{ painter: this.painter, gallery: this.gallery, tickets, calibrations: this.calibrations },
      file: queueFile(join(library, 'queue.json'), { onProblem, assertOurs }),
      checkpoints: new Checkpoints(join(library, 'checkpoints')),
      fallbackFolders: found.fallbackFolders.folders,
      threads: () => this.#settings.threads,
      onNotice: notify,
    })
    this.presetService = new PresetService(new Presets(paths))
    this.modelService = new ModelService({
      openStore: () => openModelStore({ paths, engine: this.tools, env }),
      manifest: found.manifest,
      onNotice: notify,
    })
    this.#pages = new PageConnections(this)
  }

  async #open(): Promise<void> {
    const photo = this.samples.find(({ kind }) => kind === 'photo')
    const painting = this.samples.find(({ kind }) => kind === 'painting')
    this.pictures.add(this.samples)
    await tightenRoots(this.paths)
    await Promise.all([this.calibrations.open(), this.exporter.clean(), this.#views.clean()])
    const first = photo && painting ? { content: withoutWords(photo), style: withoutWords(painting) } : null
    const notices = [
      ...(await this.draftStore.open(first)),
      ...(await this.gallery.open()),
      ...(await this.queue.open()),
      ...(await this.presetService.list()).notices,
    ]
    this.pictures.add(this.draftStore.known())
    for (const notice of notices) this.notify(notice)
    const mentioned = [...this.gallery.mentions(), ...this.queue.mentions(), ...this.draftStore.mentions()]
    // Nothing waits for it.
    void this.uploads.clean(mentioned)
  }

  get settings(): StudioSettings {
    const { offline, theme, threads, notify } = this.#settings
    return { offline, theme, threads, notify }
  }

  get jobs(): readonly StudioJob[] {
    return this.queue.jobs
  }

  connect(transport: Transport, shell: StudioShell): StudioPage {
    return this.#pages.connect(transport, shell)
  }

  grant(path: string): Ticket {
    return this.tickets.give(namedFile(path))
  }

  async upload(request: UploadRequest): Promise<Ticket> {
    return this.tickets.give(await this.uploads.take(request))
  }

  media(request: MediaRequest): Promise<MediaFile> {
    return this.#views.media(request)
  }

  /** One change after the other: each is made to what the one before has left. */
  changeSettings(changes: Input<StudioContract, 'changeSettings'>): Promise<StudioSettings> {
    const done = this.#changing.then(() => this.#changeSettings(changes))
    this.#changing = done.catch(() => undefined)
    return done
  }

  async #changeSettings(changes: Input<StudioContract, 'changeSettings'>): Promise<StudioSettings> {
    const given = Object.entries(changes).filter(([, value]) => value !== undefined)
    this.#settings = await changeSettings(this.paths.settingsFile, Object.fromEntries(given))
    if (this.#settings.offline) this.modelService.stopDownloads()
    this.#settingsListeners.fire(this.settings)
    return this.settings
  }

  async calibrate(device: ConcreteDeviceId, parameters: Parameters): Promise<void> {
    const key = { device, threads: this.#settings.threads, parameters }
    if (this.calibrations.known(key) !== null || !this.queue.isAtRest) return
    // Without it, the time is not foretold.
    await this.calibrations.get(key, this.painter).catch(() => undefined)
  }

  onJobs(listener: (jobs: readonly StudioJob[]) => void): Off {
    const tell = (): void => listener(this.jobs)
    const offs = [this.queue.onChange(tell), this.queue.onProgress(tell)]
    return () => offs.forEach((off) => off())
  }

  onSettings(listener: (settings: StudioSettings) => void): Off {
    return this.#settingsListeners.add(listener)
  }

  recentFiles(): readonly NamedFile[] {
    return this.draftStore.recentFiles()
  }

  /** Tells every page; without one, the next that opens. */
  notify(notice: StudioNotice): void {
    this.#pages.notify(notice)
  }

  notifyOf(problem: Error): void {
    const error = PasticheError.from(problem)
    this.notify({ level: 'error', message: error.message, hint: hintInStudio(error) })
  }

  /** Tells it, and sees to it that nothing is written into a library that is not ours. */
  private libraryChanged(state: LibraryState, isNew: boolean): void {
    this.notify(libraryNotice(state, isNew, this.paths.library))
    if (state === 'taken' || state === 'replaced') this.queue.abandon()
    if (state !== 'ours') return
    this.draftStore.save()
    void this.gallery.remake().then(() => this.queue.takeUp())
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.queue.close(this.#guard.state === 'ours')
    await this.modelService.close()
    this.#pages.close()
    await Promise.all([this.painter.close(), this.tools.close()])
    await this.draftStore.settled()
    await this.#fallbackFolders.close()
    await this.#guard.close().catch(() => undefined)
  }
}

type Found = Awaited<ReturnType<typeof findAll>>

async function findAll({ paths, fallbackFolders }: StudioOptions) {
  const [{ settings, notice }, manifest, samples] = await Promise.all([
    readSettings(paths.settingsFile),
    readManifest(paths.resources),
    readSamples(paths.resources),
  ])
  const found =
    fallbackFolders === undefined
      ? await openFallbackFolders()
      : { folders: fallbackFolders, close: () => Promise.resolve() }
  return { settings, notice, manifest, samples, fallbackFolders: found }
}

const emptyDraft: Draft = {
  content: null,
  styles: [],
  initPicture: null,
  preset: 'pastiche',
  own: {},
  device: 'auto',
}

function namedFile(path: string): NamedFile {
  return { path, name: path.split(/[/\\]/).at(-1) ?? 'picture' }
}
