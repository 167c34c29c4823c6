import type { DeviceInfo } from '../../shared/contract/device.ts'
import type {
  Command,
  JobOutput,
  JobSpec,
  Outcome,
  Plan,
  Preview,
  Progress,
} from '../../shared/contract/job.ts'
import { assertNever } from '../../shared/assert.ts'
import { PasticheError } from '../../shared/errors.ts'
import { methods as allMethods } from '../methods/index.ts'
import type { Methods, Work } from '../methods/method.ts'
import { chooseDevice } from '../runtime/devices.ts'
import { isArenaSafe } from '../runtime/memory.ts'
import { CheckpointKeeper } from './checkpoint-keeper.ts'
import { readRunState } from './checkpoint.ts'
import { prepareJob } from './check-job.ts'
import { PreviewWriter } from './preview.ts'
import { keepLastGood, saveOutput } from './save-output.ts'

/** A job at work; see the contract between host and worker. */
export interface RunningJob {
  readonly plan: Plan
  readonly device: DeviceInfo
  /** The steps that were done before, where it continues from a checkpoint. */
  readonly resumedFrom: number | null
  /** @throws PasticheError `invalid-request` for a change that the job's method does not know */
  control(command: Command): void
  /** Never rejects. */
  readonly outcome: Promise<Outcome>
}

export interface JobListeners {
  progress(progress: Omit<Progress, 'jobId'>): void
  preview(preview: Omit<Preview, 'jobId'>): void
  notice(message: string): void
}

/**
 * Starts a job, or continues one from its checkpoint: everything that can be refused is refused here, before any time is spent.
 *
 * @throws PasticheError for parameters, pictures, weights or an output that cannot be used
 */
export async function startJob(
  job: JobSpec,
  listeners: JobListeners,
  methods: Methods = allMethods,
): Promise<RunningJob> {
  const { plan, loaded, device, notices } = await prepareJob(job, methods)
  for (const message of notices) listeners.notice(message)
  const { threads, arena } = job.resources
  const previews = new PreviewWriter(job.preview, listeners)
  let keeper: CheckpointKeeper | null = null
  const work = loaded.begin(
    { device: device.id, threads, arena: arena && isArenaSafe(plan.peakMemoryBytes) },
    {
      onProgress: (progress, totalStep) => {
        listeners.progress(progress)
        previews.offer(totalStep, () => work.view())
        keeper?.offer()
      },
      onNotice: (message) => listeners.notice(message),
      onMilestone: () => keeper?.take(),
    },
  )
  const resumedFrom = await resumeFromCheckpoint(work, job, listeners)
  const { state } = work
  if (job.checkpoint !== null && state !== null)
    keeper = new CheckpointKeeper(
      job.checkpoint,
      () => state.snapshot(),
      (message) => listeners.notice(message),
    )
  return new JobAtWork({
    job,
    plan,
    device,
    resumedFrom,
    work,
    previews,
    keeper,
    listeners,
  })
}

interface JobParts {
  readonly job: JobSpec
  readonly plan: Plan
  readonly device: DeviceInfo
  readonly resumedFrom: number | null
  readonly work: Work
  readonly previews: PreviewWriter
  /** Saves the job on the way; null where it is not saved. */
  readonly keeper: CheckpointKeeper | null
  readonly listeners: JobListeners
}

class JobAtWork implements RunningJob {
  readonly plan: Plan
  readonly device: DeviceInfo
  readonly resumedFrom: number | null
  readonly outcome: Promise<Outcome>
  readonly #parts: JobParts
  #isSuspended = false

  constructor(parts: JobParts) {
    this.#parts = parts
    this.plan = parts.plan
    this.device = parts.device
    this.resumedFrom = parts.resumedFrom
    this.outcome = this.#workAndSave().finally(() => parts.previews.settled())
  }

  control(command: Command): void {
    const { job, work, keeper, previews } = this.#parts
    switch (command.kind) {
      case 'pause':
        work.pause()
        break
      case 'resume':
        work.resume()
        break
      case 'stop':
        work.stop()
        break
      case 'suspend':
        this.#isSuspended = keeper !== null
        work.stop()
        break
      case 'steer': {
        const { method }: { readonly method: string } = command.steering
        if (method !== job.method.id)
          throw new PasticheError('invalid-request', 'This change is for a job of another method.')
        work.steer(command.steering)
        break
      }
      case 'watch':
        previews.watch(command.everyMs, () => work.view())
        break
      default:
        assertNever(command)
    }
  }

  async #workAndSave(): Promise<Outcome> {
    const { job, work, keeper, listeners } = this.#parts
    try {
      const { state, elapsedMs } = await work.run()
      if (this.#isSuspended && state === 'stopped') {
        keeper?.take()
        return { state: 'suspended', outputs: [] }
      }
      if (state === 'stopped' && work.stepsDone === 0) return { state, outputs: [], elapsedMs }
      const notice = (message: string): void => listeners.notice(message)
      const output = await saveOutput(work.product('now'), { job, isFinished: state === 'done', notice })
      keeper?.remove()
      return { state, outputs: [output], elapsedMs }
    } catch (thrown) {
      const kept = await keepLastGood(work, job)
      return {
        state: 'failed',
        error: PasticheError.from(thrown).toData(),
        outputs: kept === null ? [] : [kept],
      }
    }
  }
}

/**
 * The picture of a job's checkpoint, saved as the job's output.
 *
 * @throws PasticheError `state-damaged` where there is none, and as `startJob`
 */
export async function saveCheckpoint(job: JobSpec, methods: Methods = allMethods): Promise<JobOutput> {
  const method = methods[job.method.id]
  const loaded = await method.load(job, await method.plan(job))
  const { device } = await chooseDevice('cpu')
  const { threads, arena } = job.resources
  const silent = { onProgress: () => undefined, onNotice: () => undefined, onMilestone: () => undefined }
  const work = loaded.begin({ device: device.id, threads, arena }, silent)
  const state = job.checkpoint && (await readRunState(job.checkpoint.path))
  if (!state) throw new PasticheError('state-damaged', 'The job has no checkpoint.')
  work.state?.restore(state, { adapt: true })
  if (work.stepsDone === 0) throw new PasticheError('state-damaged', 'Nothing was painted yet.')
  return saveOutput(work.product('now'), { job, isFinished: false, notice: () => undefined })
}

/** @returns the steps that were done before; null where the job starts over */
async function resumeFromCheckpoint(
  work: Work,
  { checkpoint }: JobSpec,
  listeners: JobListeners,
): Promise<number | null> {
  if (checkpoint === null || checkpoint.resume === 'no' || work.state === null) return null
  try {
    const state = await readRunState(checkpoint.path)
    if (state === null) return null
    work.state.restore(state, { adapt: checkpoint.resume === 'adapted' })
    return work.stepsDone
  } catch (thrown) {
    const error = PasticheError.from(thrown)
    // The progress is intact: another try that takes less memory continues from it.
    if (error.code === 'out-of-memory') throw error
    // Nothing is overwritten before the next checkpoint of this very job.
    listeners.notice(`The job starts over. ${error.message}`)
    return null
  }
}
