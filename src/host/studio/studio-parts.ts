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
import type { DeviceDesk } from './device-desk.ts'
import type { Gallery } from './gallery/gallery.ts'
import type { HandingOn } from './handing-on.ts'
import type { JobQueue } from './jobs/job-queue.ts'
import type { PictureDesk } from './pictures/picture-desk.ts'
import type { Sample } from './pictures/samples.ts'
import type { Table } from './pictures/table.ts'
import type { Uploads } from './pictures/uploads.ts'
import type { ModelShelf } from './shelves/model-shelf.ts'
import type { PresetShelf } from './shelves/preset-shelf.ts'
import type { MediaFile } from './studio-service.ts'
import type { Tickets } from './tickets.ts'

/** What the studio is made of, as the answers to its pages use it. */
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
  readonly pictures: PictureDesk
  readonly uploads: Uploads
  readonly table: Table
  readonly presetShelf: PresetShelf
  readonly modelShelf: ModelShelf
  readonly deviceDesk: DeviceDesk
  readonly handingOn: HandingOn
  readonly settings: StudioSettings
  readonly jobs: readonly StudioJob[]
  grant(path: string): Ticket
  media(request: MediaRequest): Promise<MediaFile>
  /** Measures this machine where that was not done yet, if it is at rest. Never rejects. */
  calibrate(device: ConcreteDeviceId, parameters: Parameters): Promise<void>
  changeSettings(changes: Input<StudioContract, 'changeSettings'>): Promise<StudioSettings>
  onSettings(listener: (settings: StudioSettings) => void): Off
}
