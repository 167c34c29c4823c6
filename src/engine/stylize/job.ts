import type {
  DeviceInfo,
  Job,
  LiveWeights,
  Outcome,
  Plan,
  Preview,
  Progress,
} from '../../shared/contract/engine.ts'
import { PasticheError } from '../../shared/errors.ts'
import { chooseDevice } from '../runtime/devices.ts'
import { isArenaSafe } from '../runtime/memory.ts'
import { planJob, prepareJob } from './check.ts'
import { CheckpointKeeper } from './checkpoint-keeper.ts'
import { readRunState } from './checkpoint.ts'
import { loadJob, type LoadedJob } from './load.ts'
import { PreviewWriter } from './preview.ts'
import { Run, type RunListeners } from './run.ts'
import { keepLastGood, savePainting } from './save-painting.ts'

/** A job that is being painted; see the contract between host and worker. */
export interface StylizeRun {
  readonly plan: Plan
  readonly device: DeviceInfo
  /** Steps done before, if it resumes from a checkpoint. */
  readonly resumedFrom: number | null
  pause(): void
  resume(): void
  /** Ends the run after the step in hand, paused or not, and saves the canvas. */
  stop(): void
  /** Ends the run after the step in hand, paused or not, and saves it to its checkpoint; without one, as `stop`. */
  suspend(): void
  setWeights(weights: LiveWeights): void
  /** Previews in this rhythm from now on, the first at once; null: none. */
  watch(everyMs: number | null): void
  /** Never rejects. */
  readonly outcome: Promise<Outcome>
}

export interface JobListeners {
  progress(progress: Omit<Progress, 'jobId'>): void
  preview(preview: Omit<Preview, 'jobId'>): void
  notice(message: string): void
}

/**
 * Starts a job, or goes on with one from its checkpoint: everything that can be refused is refused here, before any time is spent.
 *
 * @throws PasticheError for parameters, pictures, weights or an output that cannot be used
 */
export async function startStylize(job: Job, listeners: JobListeners): Promise<StylizeRun> {
  const { plan, loaded, device, notices } = await prepareJob(job)
  for (const message of notices) listeners.notice(message)
  const previews = new PreviewWriter(job.preview, listeners)
  const run: Run = makeRun(
    job,
    { loaded, plan, device },
    {
      onProgress: (progress, canvas) => {
        listeners.progress(progress)
        previews.offer(progress.totalStep, canvas)
        keeper?.offer()
      },
      onNotice: (message) => listeners.notice(message),
      onMilestone: () => keeper?.take(),
    },
  )
  const resumedFrom = await resumeFromCheckpoint(run, job, listeners)
  const keeper =
    job.checkpoint &&
    new CheckpointKeeper(
      job.checkpoint,
      () => run.snapshot(),
      (message) => listeners.notice(message),
    )
  let isSuspended = false
  return {
    plan,
    device,
    resumedFrom,
    pause: () => run.pause(),
    resume: () => run.resume(),
    stop: () => run.stop(),
    suspend: () => {
      isSuspended = keeper !== null
      run.stop()
    },
    setWeights: (weights) => run.setWeights(weights),
    watch: (everyMs) => previews.watch(everyMs, () => run.canvas()),
    outcome: paintAndSave(run, { job, loaded, keeper, isSuspended: () => isSuspended, listeners }).finally(
      () => previews.settled(),
    ),
  }
}

/**
 * The picture of a job's checkpoint, saved as the job's output.
 *
 * @throws PasticheError `state-damaged` where there is none, and as `startStylize`
 */
export async function saveCheckpoint(job: Job): Promise<{ path: string; widthPx: number; heightPx: number }> {
  const plan = await planJob(job)
  const loaded = await loadJob(job, plan)
  const { device } = await chooseDevice('cpu')
  const run = makeRun(job, { loaded, plan, device }, {})
  const state = job.checkpoint && (await readRunState(job.checkpoint.path))
  if (!state) throw new PasticheError('state-damaged', 'The job has no checkpoint.')
  run.restore(state, { adapt: true })
  if (run.stepsDone === 0) throw new PasticheError('state-damaged', 'Nothing was painted yet.')
  const canvas = run.canvas()
  const { content } = loaded
  const path = await savePainting(canvas, { job, content, isFinished: false, notice: () => undefined })
  return { path, widthPx: canvas.widthPx, heightPx: canvas.heightPx }
}

interface Prepared {
  readonly loaded: LoadedJob
  readonly plan: Plan
  readonly device: DeviceInfo
}

function makeRun(
  { parameters, threads, arena }: Job,
  { loaded, plan, device }: Prepared,
  listeners: RunListeners,
): Run {
  const isArenaOn = arena && isArenaSafe(plan.peakMemoryBytes)
  return new Run({ ...loaded, parameters, plan, device: device.id, threads, arena: isArenaOn }, listeners)
}

/** @returns the steps that were done before; null where the run begins anew */
async function resumeFromCheckpoint(
  run: Run,
  { checkpoint }: Job,
  listeners: JobListeners,
): Promise<number | null> {
  if (checkpoint === null || checkpoint.resume === 'no') return null
  try {
    const state = await readRunState(checkpoint.path)
    if (state === null) return null
    run.restore(state, { adapt: checkpoint.resume === 'adapted' })
    return run.snapshot().totalStep
  } catch (thrown) {
    // Nothing is overwritten before the next checkpoint of this very job.
    listeners.notice(`The job starts over. ${PasticheError.from(thrown).message}`)
    return null
  }
}

interface Painting {
  readonly job: Job
  readonly loaded: LoadedJob
  readonly keeper: CheckpointKeeper | null
  readonly isSuspended: () => boolean
  readonly listeners: JobListeners
}

async function paintAndSave(
  run: Run,
  { job, loaded: { content }, keeper, isSuspended, listeners }: Painting,
): Promise<Outcome> {
  try {
    const result = await run.paint()
    if (isSuspended() && result.state === 'stopped') {
      keeper?.take()
      return { state: 'suspended' }
    }
    const { state, widthPx, heightPx, elapsedMs } = result
    if (state === 'stopped' && run.stepsDone === 0) return { state, path: null, widthPx, heightPx, elapsedMs }
    const notice = (message: string): void => listeners.notice(message)
    const path = await savePainting(result, { job, content, isFinished: state === 'done', notice })
    keeper?.remove()
    return { state, path, widthPx, heightPx, elapsedMs }
  } catch (thrown) {
    const path = await keepLastGood(run, job, content)
    return { state: 'failed', error: PasticheError.from(thrown).toData(), path }
  }
}
