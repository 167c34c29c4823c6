import type { Input, Output } from '../shared/contract/define.ts'
import type {
  DeviceInfo,
  EngineContract,
  Job,
  LiveWeights,
  Outcome,
  Plan,
  Preview,
  Progress,
} from '../shared/contract/engine.ts'

/** A job that is being painted. */
export interface StylizeRun {
  readonly plan: Plan
  readonly device: DeviceInfo
  pause(): void
  resume(): void
  /** Ends the run after the step in hand, paused or not, and saves the canvas. */
  stop(): void
  setWeights(weights: LiveWeights): void
  /** Never rejects. */
  readonly outcome: Promise<Outcome>
}

export interface RunHandlers {
  progress(progress: Omit<Progress, 'jobId'>): void
  preview(preview: Omit<Preview, 'jobId'>): void
  notice(message: string): void
}

type Ask<M extends 'inspectWeights' | 'importWeights' | 'verifyWeights'> = (
  request: Input<EngineContract, M>,
) => Promise<Output<EngineContract, M>>

/** Weights files: these need no network and no device. They reject with a PasticheError that names the file. */
export interface WeightsFace {
  readonly inspectWeights: Ask<'inspectWeights'>
  readonly importWeights: Ask<'importWeights'>
  readonly verifyWeights: Ask<'verifyWeights'>
}

/** The engine's public face as far as the worker uses it; tests put a painter without a network in its place. */
export interface EngineFace extends WeightsFace {
  readonly runtimeVersion: string
  /** Rejects with a PasticheError where the job cannot start. */
  startStylize(job: Job, handlers: RunHandlers): Promise<StylizeRun>
  planJob(job: Job): Promise<Plan>
  listDevices(): Promise<DeviceInfo[]>
  exportGraph(request: Input<EngineContract, 'exportGraph'>): Promise<{ paths: string[] }>
}
