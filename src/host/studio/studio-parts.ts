import type { Input } from '../../shared/contract/define.ts'
import type { ConcreteDeviceId } from '../../shared/contract/device.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'
import type { MediaRequest } from '../../shared/contract/media.ts'
import type { StudioContract, StudioJob, StudioSettings } from '../../shared/contract/studio.ts'
import type { Ticket } from '../../shared/contract/ticket.ts'
import type { Off } from '../../shared/rpc/transport.ts'
import type { AppPaths } from '../app-paths.ts'
import type { EngineHost } from '../engine-host.ts'
import type { Calibrations } from '../forecast/calibrations.ts'
import type { DeviceInspector } from './device-inspector.ts'
import type { Gallery } from './gallery/gallery.ts'
import type { Exporter } from './export.ts'
import type { JobQueue } from './jobs/job-queue.ts'
import type { PictureInspector } from './pictures/picture-inspector.ts'
import type { Sample } from './pictures/samples.ts'
import type { DraftStore } from './pictures/draft-store.ts'
import type { Uploads } from './pictures/uploads.ts'
import type { ModelService } from './services/model-service.ts'
import type { PresetService } from './services/preset-service.ts'
import type { MediaFile } from './studio-service.ts'
import type { Tickets } from './tickets.ts'

/** Parts of the studio, as the answers to its pages use it. */
export interface StudioParts {
  readonly paths: AppPaths
  readonly appVersion: string
  readonly offlineByEnvironment: boolean
  readonly samples: readonly Sample[]
  /** An engine that paints nothing, so that it always answers soon. */
  readonly tools: EngineHost
  readonly tickets: Tickets
  readonly gallery: Gallery
  readonly queue: JobQueue
  readonly calibrations: Calibrations
  readonly pictures: PictureInspector
  readonly uploads: Uploads
  readonly draftStore: DraftStore
  readonly presetService: PresetService
  readonly modelService: ModelService
  readonly deviceInspector: DeviceInspector
  readonly exporter: Exporter
  readonly settings: StudioSettings
  readonly jobs: readonly StudioJob[]
  grant(path: string): Ticket
  media(request: MediaRequest): Promise<MediaFile>
  /** Measures this machine where that was not done yet, if it is at rest. Never rejects. */
  calibrate(device: ConcreteDeviceId, parameters: Parameters): Promise<void>
  changeSettings(changes: Input<StudioContract, 'changeSettings'>): Promise<StudioSettings>
  onSettings(listener: (settings: StudioSettings) => void): Off
}
