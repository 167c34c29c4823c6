import type {
  DeviceInfo,
  Job,
  LiveWeights,
  Outcome,
  Plan,
  Preview,
  Progress,
} from '../shared/contract/engine.ts'
import type { EngineHost } from './engine-host.ts'

export interface JobListeners {
  onStart?(start: { plan: Plan; device: DeviceInfo }): void
  onProgress?(progress: Progress): void
  onPreview?(preview: Preview): void
  onNotice?(message: string): void
}

export interface RunningJob {
  pause(): Promise<void>
  resume(): Promise<void>
  /** Ends the job after the step in hand; the outcome is `stopped` with the path of the picture so far. */
  stop(): Promise<void>
  setWeights(weights: LiveWeights): Promise<void>
  /** Ends the worker process at once; nothing is kept. The outcome is `failed` with the code `cancelled`. */
  kill(): void
  /** Settles exactly once and never rejects, also when the job cannot start or the worker dies. */
  readonly outcome: Promise<Outcome>
}

/** Runs one job in the engine. Every way it can end, a failed start included, is told by `outcome`. */
export function runJob(engine: EngineHost, job: Job, listeners: JobListeners = {}): RunningJob {
  void [engine, job, listeners]
  throw new Error('not written yet')
}
