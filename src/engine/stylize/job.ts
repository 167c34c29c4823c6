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
import { probePicture } from '../image/decode.ts'
import { outputFormat } from '../image/formats.ts'
import { assertNotSameFile, prepareOutput } from '../image/output.ts'
import { activeTaps } from '../losses/objective.ts'
import { chooseDevice } from '../runtime/devices.ts'
import { isArenaSafe } from '../runtime/memory.ts'
import { CheckpointKeeper } from './checkpoint-keeper.ts'
import { readRunState } from './checkpoint.ts'
import { loadJob, plannedLayers, type LoadedJob } from './load.ts'
import { makePlan } from './plan.ts'
import { PreviewWriter } from './preview.ts'
import { Run, type RunListeners } from './run.ts'
import { keepLastGood, savePainting } from './save-painting.ts'

/** A job that is being painted; see the contract between host and worker. */
export interface StylizeRun {
  readonly plan: Plan
  readonly device: DeviceInfo
  /** The steps that were done before, where it goes on from a checkpoint. */
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

/** What a job will do and cost, from the headers of its pictures. */
export async function planJob(job: Job): Promise<Plan> {
  return makePlan(await probePicture(job.content), job.parameters, await plannedLayers(job))
}

/**
 * Starts a job, or goes on with one from its checkpoint: everything that can be refused is refused here, before any time is spent.
 *
 * @throws PasticheError for parameters, pictures, weights or an output that cannot be used
 */
export async function startStylize(job: Job, listeners: JobListeners): Promise<StylizeRun> {
  await assertUsable(job)
  const plan = await planJob(job)
  const loaded = await loadJob(job, plan)
  const { device, notice } = await chooseDevice(job.device)
  for (const message of [notice, plan.notice]) if (message) listeners.notice(message)
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
  if (!state) throw new PasticheError('state-damaged', 'Expected a checkpoint of the job, found none.')
  run.restore(state, { adapt: true })
  const canvas = run.canvas()
  const path = await savePainting(canvas, job, loaded.content, () => undefined)
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
    listeners.notice(`The job begins anew. ${PasticheError.from(thrown).message}`)
    return null
  }
}

async function assertUsable({ content, styles, initPicture, output, parameters }: Job): Promise<void> {
  const usesStyle = activeTaps(parameters).style.length > 0
  if (usesStyle && !styles.some(({ weight }) => weight > 0))
    throw new PasticheError(
      'invalid-request',
      'Expected a style picture with a weight above 0, received none.',
      {
        hint: 'Name one with --style, or set --style-weight 0 to reconstruct the photo alone.',
      },
    )
  if (parameters.init === 'style' && styles.length === 0)
    throw new PasticheError('invalid-request', 'Expected a style picture to start from, received none.')
  if (parameters.init === 'picture' && !initPicture)
    throw new PasticheError('invalid-request', 'Expected a picture to start from, received none.')
  outputFormat(output.path, output.bitDepth)
  const inputs = [content, ...styles.map(({ path }) => path), ...(initPicture ? [initPicture] : [])]
  await assertNotSameFile(output.path, inputs)
  await prepareOutput(output.path)
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
    const path = await savePainting(result, job, content, (message) => listeners.notice(message))
    keeper?.remove()
    const { state, widthPx, heightPx, elapsedMs } = result
    return { state, path, widthPx, heightPx, elapsedMs }
  } catch (thrown) {
    const path = await keepLastGood(run, job, content)
    return { state: 'failed', error: PasticheError.from(thrown).toData(), path }
  }
}
