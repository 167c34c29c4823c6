import { contentPath, inputsOf, type JobSpec, type Plan } from '../../../shared/contract/job.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { probePicture, readPicture } from '../../image/decode.ts'
import { resizePlanes } from '../../image/resize.ts'
import { activeTaps } from '../../objective/options.ts'
import { clampUnit, type Planes } from '../../tensor/planes.ts'
import type { Method, Product, Resources, Work, WorkListeners } from '../method.ts'
import { assertStylesFit } from './assert-styles-fit.ts'
import { objectiveOptions } from './objective-options.ts'
import { makePlan, type CanvasPlan } from './plan.ts'
import type { RunProgress } from './progress.ts'
import { Run } from './run.ts'
import { loadFiles, loadWeights, networkPath, plannedLayers, type LoadedFiles } from './load.ts'

/** Optimises one canvas from coarse to fine (Gatys et al. 2016 and 2017). */
export const optimise: Method = {
  id: 'optimise',
  assertUsable,
  async plan(job) {
    const photo = await probePicture(contentPath(job))
    return toPlan(makePlan(photo, job.method.parameters, await plannedLayers(job)))
  },
  async load(job, plan) {
    const files = await loadFiles(job, plan.detail.scales)
    return {
      assertInputsFit: () => assertStylesFit(job, plan.detail.scales, files),
      begin: (resources, listeners) => new OptimiseWork(job, plan, files, { resources, listeners }),
    }
  },
  async checkOtherFiles(job) {
    for (const { asset, edit } of [...inputsOf(job, 'style'), ...inputsOf(job, 'start')])
      await readPicture(asset.path, { maxSidePx: 16, edit })
    await loadWeights(job.method.parameters, networkPath(job))
  },
}

function assertUsable(job: JobSpec): void {
  const { parameters } = job.method
  const styles = inputsOf(job, 'style')
  if (
    activeTaps(objectiveOptions(parameters), 'style').length > 0 &&
    !styles.some(({ weight }) => weight > 0)
  )
    throw new PasticheError('invalid-request', 'No style picture has a weight above 0.', {
      hint: 'Name one with --style, or set --style-weight 0 to reconstruct the photo alone.',
    })
  if (parameters.init === 'style' && styles.length === 0)
    throw new PasticheError('invalid-request', 'There is no style picture to start from.')
  if (parameters.init === 'picture' && inputsOf(job, 'start').length === 0)
    throw new PasticheError('invalid-request', 'There is no picture to start from.')
}

function toPlan({ scales, totalFlop, peakMemoryBytes, notice }: CanvasPlan): Plan {
  const { widthPx, heightPx } = scales.at(-1)!
  return {
    ...{ widthPx, heightPx, totalFlop, peakMemoryBytes, notice },
    totalSteps: scales.reduce((sum, { steps }) => sum + steps, 0),
    longestStepFlop: Math.max(...scales.map(({ stepFlop }) => stepFlop)),
    detail: { method: 'optimise', scales },
  }
}

class OptimiseWork implements Work {
  readonly #run: Run
  readonly #job: JobSpec
  readonly #files: LoadedFiles
  readonly state: Work['state']

  constructor(
    job: JobSpec,
    { detail: { scales }, ...plan }: Plan,
    files: LoadedFiles,
    { resources, listeners }: { readonly resources: Resources; readonly listeners: WorkListeners },
  ) {
    const { parameters } = job.method
    const run = new Run(
      { ...files, ...resources, parameters, plan: { ...plan, scales } },
      {
        onProgress: (progress) => listeners.onProgress(toProgress(progress), progress.totalStep),
        onNotice: (message) => listeners.onNotice(message),
        onMilestone: () => listeners.onMilestone(),
      },
    )
    this.#run = run
    this.#job = job
    this.#files = files
    this.state = {
      snapshot: () => run.snapshot(),
      restore: (state, options) => run.restore(state, options),
    }
  }

  get stepsDone(): number {
    return this.#run.stepsDone
  }

  pause(): void {
    this.#run.pause()
  }

  resume(): void {
    this.#run.resume()
  }

  stop(): void {
    this.#run.stop()
  }

  steer({ parameters }: Parameters<Work['steer']>[0]): void {
    this.#run.setWeights(parameters)
  }

  view(): Planes {
    return this.#run.canvas()
  }

  /** The canvas with the photo's transparency and metadata. */
  product(moment: 'now' | 'last good'): Product {
    const { widthPx, heightPx, rgb } = moment === 'now' ? this.#run.canvas() : this.#run.lastGood()
    const { content } = this.#files
    const { network, seed } = this.#job.method.parameters
    const size = { widthPx, heightPx }
    const alpha = content.alpha && clampUnit(resizePlanes(content.alpha, 1, content, size, 'bicubic'))
    return {
      kind: 'picture',
      picture: { ...size, rgb, alpha, metadata: content.metadata },
      description: `Painted by Pastiche: network ${network}, seed ${seed}`,
    }
  }

  run(): ReturnType<Work['run']> {
    return this.#run.paint()
  }
}

function toProgress({
  part,
  elapsedMs,
  remainingMs,
  ...detail
}: RunProgress): Parameters<WorkListeners['onProgress']>[0] {
  return { part, elapsedMs, remainingMs, detail: { method: 'optimise', ...detail } }
}
