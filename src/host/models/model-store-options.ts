import type { Input, Output } from '../../shared/contract/define.ts'
import type { EngineContract } from '../../shared/contract/engine.ts'
import type {
  ModelEntry,
  ModelManifest,
  PublishedNetworkId,
  WeightsFacts,
} from '../../shared/contract/models.ts'
import type { ErrorData } from '../../shared/errors.ts'
import type { LockTimings } from '../files/folder-lock.ts'
import type { DownloadTimings } from './download.ts'
import type { FreeBytes } from './free-space.ts'
import type { Environment } from './proxies.ts'
import type { StoredWeights } from './stored-weights.ts'

type WeightsMethod = 'inspectWeights' | 'importWeights' | 'verifyWeights'

/** The part of the engine that reads weights files: an EngineHost, in the application. */
export interface WeightsEngine {
  call<M extends WeightsMethod>(
    method: M,
    input: Input<EngineContract, M>,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<Output<EngineContract, M>>
}

export interface ModelStoreOptions {
  /** `appPaths().weights`. */
  readonly folder: string
  /** Networks that came with the app, used where the store has none; by default there are none. */
  readonly shippedFolder?: string | null
  readonly manifest: ModelManifest
  readonly engine: WeightsEngine
  /** No connection is ever opened. */
  readonly offline?: boolean
  /** Downloads come from here alone, under the files' published names. */
  readonly baseUrl?: string | null
  /** Says which proxies to use; by default this process's own environment. */
  readonly env?: Environment
  readonly timings?: Partial<DownloadTimings & LockTimings>
  readonly freeBytes?: FreeBytes
}

export interface ModelProgress {
  readonly phase: 'downloading' | 'converting'
  readonly bytes: number
  /** `null` if unknown. */
  readonly totalBytes: number | null
}

export interface ModelListeners {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (progress: ModelProgress) => void
  readonly onNotice?: (message: string) => void
}

/** A network in the store. */
export interface InstalledModel extends WeightsFacts {
  readonly path: string
  readonly bytes: number
}

/** A network that may be in the store, and what is on its way to it. */
export interface ModelState {
  readonly network: PublishedNetworkId
  readonly path: string
  readonly stored: StoredWeights | null
  /** The models of this network that can be downloaded, each with the bytes that have arrived. */
  readonly downloads: readonly { readonly entry: ModelEntry; readonly arrivedBytes: number }[]
}

export type Verification =
  | ({ readonly ok: true } & InstalledModel)
  | {
      readonly ok: false
      readonly network: PublishedNetworkId
      readonly path: string
      readonly error: ErrorData
    }
