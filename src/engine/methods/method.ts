import type { ConcreteDeviceId } from '../../shared/contract/device.ts'
import type { JobSpec, Plan, Progress } from '../../shared/contract/job.ts'
import type { MethodId, Steering } from '../../shared/methods/index.ts'
import type { Picture } from '../image/picture.ts'
import type { RunState } from './run-state.ts'
import type { Planes } from '../tensor/planes.ts'

/** The result of a job, ready to be written to its output. */
export interface Product {
  readonly kind: 'picture'
  readonly picture: Pick<Picture, 'widthPx' | 'heightPx' | 'rgb' | 'alpha' | 'metadata'>
  /** For the file's metadata. */
  readonly description: string
}

export interface WorkListeners {
  /** After each step. */
  onProgress(progress: Omit<Progress, 'jobId'>, totalStep: number): void
  onNotice(message: string): void
  /** A good moment to save the state: the work rests in a pause, or has finished a part. */
  onMilestone(): void
}

/** A job at work, between two steps of which it can be paused, stopped, steered and saved. */
export interface Work {
  /** Steps in all so far, those before a restored state included. */
  readonly stepsDone: number
  pause(): void
  resume(): void
  /** Ends the work after the step in hand. */
  stop(): void
  /** @throws PasticheError `invalid-request` for a change of another method */
  steer(steering: Steering): void
  /** The picture for a preview. */
  view(): Planes
  /** The result as it is at this moment, or was before the work came to grief. */
  product(moment: 'now' | 'last good'): Product
  /** Saving and continuing; null where the work is too short to be saved. */
  readonly state: {
    snapshot(): RunState
    /** @throws PasticheError `state-damaged` */
    restore(state: RunState, options: { readonly adapt: boolean }): void
  } | null
  /** Works to the end or until it is stopped. */
  run(): Promise<{ readonly state: 'done' | 'stopped'; readonly elapsedMs: number }>
}

export interface Resources {
  readonly device: ConcreteDeviceId
  /** 0: as many as the machine has cores. */
  readonly threads: number
  readonly arena: boolean
}

/** A job with all its files read. */
export interface LoadedJob {
  /** @throws PasticheError where the files do not fit each other or the plan: another photo, style or size would do */
  assertInputsFit(): void
  begin(resources: Resources, listeners: WorkListeners): Work
}

/** One way to make pictures. A method is a folder beside this file; methods/index.ts lists them. */
export interface Method {
  readonly id: MethodId
  /** @throws PasticheError `invalid-request` for settings that contradict each other */
  assertUsable(job: JobSpec): void
  /** Plans the job and its cost from the headers of its files. */
  plan(job: JobSpec): Promise<Plan>
  /** Reads the files, no larger than the plan needs them. */
  load(job: JobSpec, plan: Plan): Promise<LoadedJob>
  /** Reads every file but the photo, as small as can be. @throws PasticheError what is wrong with one of them */
  checkOtherFiles(job: JobSpec): Promise<void>
}

export type Methods = Readonly<Record<MethodId, Method>>
