import type { DeviceReport } from '../../shared/contract/device.ts'
import type { PublishedNetworkId, WeightFamily } from '../../shared/contract/models.ts'
import type { PartialParameters } from '../../shared/contract/parameters.ts'
import type {
  Exported,
  Picture,
  SamplePicture,
  StudioModel,
  StudioPreset,
  StudioSettings,
} from '../../shared/contract/studio.ts'
import type { FoundWeights } from '../../shared/contract/engine.ts'
import type { Connection } from './connection.svelte.ts'

/** Presets, models, samples, devices and settings, which the host keeps for every job. */
export class LibraryState {
  presets = $state.raw<readonly StudioPreset[]>([])
  models = $state.raw<readonly StudioModel[]>([])
  samples = $state.raw<readonly SamplePicture[]>([])
  /** Pictures of earlier times; null until they were asked for. */
  recent = $state.raw<readonly Picture[] | null>(null)
  /** `null` until requested. */
  devices = $state.raw<readonly DeviceReport[] | null>(null)
  settings = $state.raw<StudioSettings>({ offline: false, theme: 'system', threads: 0, notify: true })

  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
    connection.on('presets', (presets) => (this.presets = presets))
    connection.on('models', (models) => (this.models = models))
    connection.on('settings', (settings) => (this.settings = settings))
  }

  isInstalled(network: PublishedNetworkId): boolean {
    return this.models.some((model) => model.network === network && model.installed?.state === 'ready')
  }

  savePreset(preset: {
    name: string
    description: string
    parameters: PartialParameters
    base: string | null
    replace: boolean
  }): Promise<StudioPreset> {
    return this.#connection.call('savePreset', preset)
  }

  renamePreset(id: string, name: string): Promise<StudioPreset> {
    return this.#connection.call('renamePreset', { id, name })
  }

  removePreset(id: string): Promise<null> {
    return this.#connection.call('removePreset', { id })
  }

  importPreset(ticket: string, replace = false): Promise<StudioPreset> {
    return this.#connection.call('importPreset', { ticket, replace })
  }

  exportPreset(id: string): Promise<Exported> {
    return this.#connection.call('exportPreset', { id })
  }

  downloadModel(id: string): Promise<null> {
    return this.#connection.call('downloadModel', { id })
  }

  cancelModel(network: PublishedNetworkId): Promise<null> {
    return this.#connection.call('cancelModel', { network })
  }

  importModel(
    ticket: string,
    options: { family?: WeightFamily | null; allowUnverified?: boolean } = {},
  ): Promise<FoundWeights> {
    return this.#connection.call('importModel', { ticket, family: null, allowUnverified: false, ...options })
  }

  verifyModel(network: PublishedNetworkId): Promise<{ ok: boolean; message: string }> {
    return this.#connection.call('verifyModel', { network })
  }

  removeModel(network: PublishedNetworkId): Promise<null> {
    return this.#connection.call('removeModel', { network })
  }

  async findRecent(): Promise<void> {
    this.recent = await this.#connection.call('recent', {})
  }

  async findDevices(refresh = false): Promise<void> {
    this.devices = await this.#connection.call('devices', { refresh })
  }

  async changeSettings(changes: Partial<StudioSettings>): Promise<void> {
    this.settings = { ...this.settings, ...changes }
    this.settings = await this.#connection.call('changeSettings', changes)
  }
}
