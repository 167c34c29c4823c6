import { existsSync } from 'node:fs'
import type { DeviceInfo } from '../../../shared/contract/device.ts'
import {
  picturePath,
  type Command,
  type Outcome,
  type Plan,
  type Progress,
} from '../../../shared/contract/job.ts'
import type { Recipe } from '../../../shared/contract/recipe.ts'
import type { StudioNotice } from '../../../shared/contract/studio.ts'
import { PasticheError } from '../../../shared/errors.ts'
import type { EngineHost } from '../../engine-host.ts'
import type { JobListeners, RunningJob } from '../../run-job.ts'
import { runWithRetries } from '../../retry-job.ts'
import type { ResultFacts } from '../gallery/begun-result.ts'
import type { Gallery } from '../gallery/gallery.ts'
import { byName, nameFiles } from '../file-names.ts'
import { engineJobOf, filesOf, sourcesOf, type CheckpointPlace, type JobOrder } from './job-order.ts'
import type { EndedStatus } from './job-status.ts'
import type { JobPreview } from './preview-relay.ts'

export interface PaintingOptions {
  readonly painter: EngineHost
  readonly gallery: Gallery
  readonly name: string
  readonly order: JobOrder
  readonly threads: number
  readonly checkpoint: CheckpointPlace
  readonly fallbackFolders: readonly string[]
  /** Called with the id of the result, if there will be one. */
  readonly onBegin: (resultId: string) => void
  readonly onStart: (start: { plan: Plan; device: DeviceInfo }) => void
  readonly onProgress: (progress: Progress) => void
  readonly onPreview: (preview: Omit<JobPreview, 'jobId'>) => void
  /** Worth telling of this job. */
  readonly onRemark: (message: string) => void
  /** Worth telling at once. */
  readonly onNotice: (notice: StudioNotice) => void
}

/** How a painting ended; `isBlocked` where no other could begin either, most likely. */
export interface PaintingEnd {
  /** Status at the end; null where it was suspended and continues another time. */
  readonly status: EndedStatus | null
  readonly isBlocked: boolean
}

/** One job on the painter, from its place in the gallery to its result there. */
export class Painting {
  /** Never rejects. */
  readonly ended: Promise<PaintingEnd>
  readonly #options: PaintingOptions
  /** As the run begins with them; what changes later is in `#changes`. */
  readonly #order: JobOrder
  readonly #changes: Recipe['changes'] = []
  /** Resolves with null where the job could not begin; never rejects. */
  readonly #run: Promise<RunningJob | null>
  #device: DeviceInfo | null = null
  #plan: Plan | null = null
  #progress: Progress | null = null
  /** Steps that were done another time. */
  #resumedFrom = 0

  constructor(options: PaintingOptions) {
    this.#options = options
    this.#order = options.order
    let begun: (run: RunningJob | null) => void = () => undefined
    this.#run = new Promise((resolve) => (begun = resolve))
    this.ended = this.#paint(begun).finally(() => begun(null))
  }

  // The engine hears these in the order of the calls, as soon as it has the job; one that has ended needs none.

  async control(command: Command): Promise<void> {
    await (await this.#run)?.control(command)
    if (command.kind === 'steer')
      this.#changes.push({
        totalStep: this.#progress?.detail.totalStep ?? 0,
        weights: command.steering.parameters,
      })
  }

  async #paint(begun: (run: RunningJob) => void): Promise<PaintingEnd> {
    const { gallery, painter, threads, checkpoint, fallbackFolders, onBegin } = this.#options
    let id: string | null = null
    try {
      const place = await gallery.begin(sourcesOf(this.#order))
      id = place.id
      onBegin(id)
      const job = engineJobOf(this.#order, {
        outputPath: place.outputPath,
        threads,
        checkpoint,
        fallbackFolders,
      })
      const run = runWithRetries(painter, job, this.#listeners(id))
      begun(run)
      const outcome = byNames(await run.outcome, this.#order)
      const isBlocked = this.#device === null && isWithoutEngine(outcome)
      return { status: await this.#keep(id, place.outputPath, outcome), isBlocked }
    } catch (thrown) {
      // The fault of a job that nobody can paint; only where there is no place for a result would the next one fail as well.
      if (id !== null) await gallery.discard(id)
      return { status: failed(PasticheError.from(thrown)), isBlocked: id === null }
    }
  }

  #listeners(resultId: string): JobListeners {
    const { gallery, onStart, onProgress, onPreview, onRemark } = this.#options
    return {
      onStart: ({ plan, device, resumedFrom }) => {
        this.#resumedFrom = resumedFrom ?? 0
        this.#plan = plan
        this.#device = device
        gallery.sketch(resultId, this.#facts(device))
        onStart({ plan, device })
      },
      onProgress: (progress) => {
        this.#progress = progress
        onProgress(progress)
      },
      onPreview: ({ totalStep, widthPx, heightPx, webpBase64 }) => {
        if (webpBase64 !== null) onPreview({ totalStep, widthPx, heightPx, webpBase64 })
      },
      onNotice: onRemark,
    }
  }

  /** Makes a result of the painted picture, unless there is nothing to see yet. */
  async #keep(id: string, path: string, outcome: Outcome): Promise<EndedStatus | null> {
    const { gallery, onNotice } = this.#options
    if (outcome.state === 'suspended') {
      await gallery.discard(id)
      return null
    }
    // The gallery had no room for it: it is where the engine could put it.
    const painted = picturePath(outcome)
    if (painted !== null && painted !== path) {
      await gallery.discard(id)
      return keptElsewhere(outcome, painted)
    }
    const isRescued = outcome.state === 'failed' && painted !== null
    const isWorthIt = outcome.state === 'done' || isRescued || this.#doneSteps > 0
    // The engine may have written it and been lost before it could say so.
    if (this.#device === null || !isWorthIt || !existsSync(path)) {
      await gallery.discard(id)
      return outcome.state === 'failed'
        ? { state: 'failed', error: outcome.error, resultId: null }
        : { state: 'stopped', resultId: null }
    }
    try {
      await gallery.finish(id, outcome.state, this.#facts(this.#device, outcome))
    } catch (thrown) {
      const error = byName(thrown, ...filesOf(this.#order))
      const message = `The picture of "${this.#options.name}" could not be taken into the gallery. ${error.message}`
      onNotice({ level: 'error', message, hint: `It is kept in ${path}.` })
      return failed(error)
    }
    if (outcome.state === 'failed') return { state: 'failed', error: outcome.error, resultId: id }
    return { state: outcome.state, resultId: id }
  }

  #facts(device: DeviceInfo, outcome?: Exclude<Outcome, { state: 'suspended' }>): ResultFacts {
    const { name, threads } = this.#options
    const { parameters, preset, weights } = this.#order
    const progress = this.#progress
    const { origin, dataSha256 } = weights
    return {
      name,
      ...this.#size(outcome),
      ...{ parameters, preset, threads },
      changes: [...this.#changes],
      device: { id: device.id, name: device.name },
      weights: { network: parameters.network, origin, dataSha256 },
      totalSteps: this.#plan?.totalSteps ?? 0,
      doneSteps: this.#doneSteps,
      elapsedMs: progress?.elapsedMs ?? 0,
      loss: progress && lossOf(progress),
    }
  }

  get #doneSteps(): number {
    return this.#progress?.detail.totalStep ?? this.#resumedFrom
  }

  /** Describes the picture as it is; while it is painted, as it will be. */
  #size(outcome: Exclude<Outcome, { state: 'suspended' }> | undefined): {
    widthPx: number
    heightPx: number
  } {
    const found = outcome === undefined ? this.#plan : (outcome.outputs[0] ?? this.#progress?.detail.scale)
    const { widthPx, heightPx } = found ?? nothing
    return { widthPx, heightPx }
  }
}

const nothing = { widthPx: 0, heightPx: 0 }

/** True if the engine itself could not be had, whatever the job was. */
function isWithoutEngine(outcome: Outcome): boolean {
  return outcome.state === 'failed' && outcome.error.code.startsWith('engine-')
}

/** The error, with the names of the pictures. */
function byNames(outcome: Outcome, order: JobOrder): Outcome {
  if (outcome.state !== 'failed') return outcome
  const message = nameFiles(outcome.error.message, filesOf(order))
  return { ...outcome, error: { ...outcome.error, message } }
}

function keptElsewhere(outcome: Outcome, path: string): EndedStatus {
  const kept = `Its picture was kept as ${path}.`
  if (outcome.state === 'failed') {
    const { message, ...error } = outcome.error
    return { state: 'failed', error: { ...error, message: `${message} ${kept}` }, resultId: null }
  }
  const message = `The job is ${outcome.state}, but the gallery could not be written to. ${kept}`
  const hint = 'Free some space, or check the permissions of the library, before the next job.'
  return failed(new PasticheError('output-not-writable', message, { hint }))
}

function failed(error: PasticheError): EndedStatus {
  return { state: 'failed', error: error.toData(), resultId: null }
}

function lossOf({ detail: { loss } }: Progress): Recipe['loss'] {
  const { total, content, style, variation } = loss
  return { total, content, style, variation }
}
