import { createHash } from 'node:crypto'
import {
  liveWeights,
  slidersOf,
  type ConcreteDeviceId,
  type LiveWeights,
  type LossParts,
  type Plan,
  type Progress,
} from '../../shared/contract/engine.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'
import { PasticheError } from '../../shared/errors.ts'
import type { Size } from '../image/picture.ts'
import { resizePlanes } from '../image/resize.ts'
import { activeTaps } from '../losses/objective.ts'
import { createOptimizer, type Optimizer } from '../optimizers/optimizer.ts'
import { RunningAverage } from './averaging.ts'
import { CanvasSpace } from './canvas.ts'
import { damaged, type RunState } from './checkpoint.ts'
import { RunClock } from './clock.ts'
import { DivergenceGuard } from './divergence.ts'
import { initialCanvas } from './initial.ts'
import { clampUnit, ObjectiveSession, type ObjectiveSource, type Planes } from './objective-session.ts'

/** The run's input, all in memory: with the device, the picture is a pure function of it. */
export interface RunInput extends ObjectiveSource {
  readonly parameters: Parameters
  readonly plan: Plan
  readonly device: ConcreteDeviceId
  /** The start picture, where `parameters.init` is `picture`. */
  readonly initPicture: Planes | null
}

export interface RunListeners {
  /** After each step; `canvas()` is the picture at that moment. */
  onProgress?(progress: Omit<Progress, 'jobId'>, canvas: () => Planes): void
  onNotice?(message: string): void
  /** The run rests in a pause, or has entered another scale: a good moment for a {@link Run.snapshot}. */
  onMilestone?(): void
}

export interface RunResult extends Planes {
  readonly state: 'done' | 'stopped'
  readonly elapsedMs: number
}

/**
 * One stylization: optimizes the canvas scale by scale (Gatys et al. 2016; coarse to fine as in Gatys et al. 2017,
 * section 6). Between two steps it can be paused, stopped, saved, and its weights changed.
 */
export class Run {
  readonly #input: RunInput
  readonly #listeners: RunListeners
  readonly #space: CanvasSpace
  readonly #clock = new RunClock()
  #parameters: Parameters
  #device: ConcreteDeviceId
  #request: 'none' | 'stop' = 'none'
  #wake: (() => void) | null = null
  #paused: Promise<void> | null = null
  #isPauseNew = false
  #weightsChanged: 'no' | 'values' | 'layers' = 'no'

  #scaleIndex = 0
  #step = 0
  #vector: Float32Array
  #optimizer: Optimizer
  #average: RunningAverage | null
  #objective: ObjectiveSession | null = null
  #guard: DivergenceGuard
  #hash: string | null = null

  constructor(input: RunInput, listeners: RunListeners = {}) {
    this.#input = input
    this.#listeners = listeners
    this.#parameters = input.parameters
    this.#device = input.device
    this.#space = new CanvasSpace(input.parameters.space, input.weights.preprocessing)
    this.#vector = this.#space.fromCanvas(initialCanvas(input, this.#size))
    this.#optimizer = createOptimizer(this.#parameters, this.#vector.length)
    this.#average = this.#newAverage()
    this.#guard = new DivergenceGuard(this.#vector)
  }

  /**
   * The state between two steps, with views of what the run holds: {@link restore} continues from it to the same bytes, if it was
   * written before the next step.
   */
  snapshot(): RunState {
    return {
      fingerprint: this.#fingerprint,
      scaleIndex: this.#scaleIndex,
      step: this.#step,
      totalStep: this.stepsDone,
      size: this.#size,
      elapsedMs: this.#clock.elapsedMs,
      sliders: slidersOf(this.#parameters),
      objective: this.#weightsChanged,
      vector: this.#vector,
      optimizer: this.#optimizer.save(),
      average: this.#average?.state ?? null,
    }
  }

  /**
   * Continues from a state. That of a gentler job, with a lower top scale or a shorter history, is adapted: its canvas is kept,
   * resized where need be, and of the optimizer what still fits.
   *
   * @throws PasticheError `state-damaged` where it is of another job, unless `adapt` is set
   */
  restore(state: RunState, { adapt = false }: { adapt?: boolean } = {}): void {
    if (!adapt && state.fingerprint !== this.#fingerprint)
      throw damaged('a checkpoint of this job', 'one of another job')
    const { scales } = this.#input.plan
    this.#scaleIndex = Math.min(state.scaleIndex, scales.length - 1)
    this.#step = Math.min(state.step, scales[this.#scaleIndex]!.steps)
    this.#vector = state.vector
    this.#optimizer = createOptimizer(this.#parameters, this.#vector.length)
    this.#restoreOptimizer(state.optimizer, adapt)
    this.#average = this.#newAverage()
    if (state.average) this.#average?.restore(state.average)
    if (state.size.widthPx !== this.#size.widthPx || state.size.heightPx !== this.#size.heightPx)
      this.#resizeCanvas(clampUnit(this.#unitCanvas(this.#vector)), state.size)
    this.#guard = new DivergenceGuard(this.#vector)
    this.#clock.advance(state.elapsedMs)
    const isSame = JSON.stringify(state.sliders) === JSON.stringify(slidersOf(this.#parameters))
    this.#weightsChanged = isSame ? state.objective : 'layers'
  }

  #restoreOptimizer(bytes: Uint8Array, adapt: boolean): void {
    try {
      this.#optimizer.restore(bytes)
    } catch (thrown) {
      if (!adapt) throw thrown
      this.#optimizer = createOptimizer(this.#parameters, this.#vector.length)
    }
  }

  pause(): void {
    if (this.#paused || this.#request === 'stop') return
    this.#isPauseNew = true
    this.#clock.pause()
    this.#paused = new Promise((resolve) => (this.#wake = resolve))
  }

  resume(): void {
    this.#clock.resume()
    this.#wake?.()
    this.#paused = this.#wake = null
  }

  /** Ends the run after the step in hand; its picture is the canvas as it is. */
  stop(): void {
    this.#request = 'stop'
    this.resume()
  }

  /** From the next step on. Layers that come or go make the graph be built anew. */
  setWeights(weights: LiveWeights): void {
    const before = this.#parameters
    this.#parameters = { ...before, ...weights }
    const same = activeKey(before) === activeKey(this.#parameters)
    if (!same) this.#weightsChanged = 'layers'
    else if (this.#weightsChanged === 'no') this.#weightsChanged = 'values'
  }

  /** @throws PasticheError `diverged`, `device-failed`, `out-of-memory`; {@link lastGood} has the canvas to keep */
  async paint(): Promise<RunResult> {
    const { scales } = this.#input.plan
    try {
      for (;;) {
        while (this.#step < scales[this.#scaleIndex]!.steps && (await this.#mayGoOn())) await this.#takeStep()
        if (this.#request === 'stop' || this.#scaleIndex === scales.length - 1) break
        await this.#enterNextScale()
      }
    } finally {
      await this.#dropObjective()
    }
    return {
      state: this.#request === 'stop' ? 'stopped' : 'done',
      ...this.canvas(),
      elapsedMs: this.#clock.elapsedMs,
    }
  }

  /** The picture at this moment: the running average where there is one. */
  canvas(): Planes {
    const averaged = this.#average && this.#step > 0 ? this.#average.value() : this.#unitCanvas(this.#vector)
    return { ...this.#size, rgb: clampUnit(averaged) }
  }

  /** The last canvas before the loss went astray. */
  lastGood(): Planes {
    return { ...this.#size, rgb: clampUnit(this.#unitCanvas(this.#guard.lastGood)) }
  }

  get #size(): Size {
    const { widthPx, heightPx } = this.#input.plan.scales[this.#scaleIndex]!
    return { widthPx, heightPx }
  }

  #newAverage(): RunningAverage | null {
    const { averaging } = this.#parameters
    return averaging > 0 ? new RunningAverage(averaging, this.#vector.length) : null
  }

  #unitCanvas(vector: Float32Array): Float32Array {
    return this.#space.toCanvas(vector, new Float32Array(vector.length))
  }

  async #mayGoOn(): Promise<boolean> {
    if (this.#isPauseNew) this.#listeners.onMilestone?.()
    this.#isPauseNew = false
    while (this.#paused) await this.#paused
    return this.#request === 'none'
  }

  async #takeStep(): Promise<void> {
    const startedMs = performance.now()
    const objective = await this.#readyObjective()
    const canvas = new Float32Array(this.#vector.length)
    const losses: LossParts[] = []
    await this.#optimizer.step(this.#vector, async (vector) => {
      const evaluated = await this.#evaluate(objective, this.#space.toCanvas(vector, canvas))
      losses.push(evaluated.loss)
      this.#guard.check(evaluated.loss.total, vector, canvas)
      return { loss: evaluated.loss.total, gradient: this.#space.scaleGradient(evaluated.gradient) }
    })
    if (this.#parameters.clamp) this.#space.clamp(this.#vector)
    this.#average?.add(this.#space.toCanvas(this.#vector, canvas))
    this.#step++
    this.#clock.stepTook(performance.now() - startedMs, this.#input.plan.scales[this.#scaleIndex]!.stepFlop)
    // A line search evaluates more than once; the loss of a step is that of its start.
    this.#report(losses[0]!)
  }

  async #evaluate(
    objective: ObjectiveSession,
    canvas: Float32Array,
  ): Promise<{ loss: LossParts; gradient: Float32Array }> {
    try {
      return await (this.#objective ?? objective).evaluate(canvas, this.#parameters)
    } catch (thrown) {
      return (await this.#onCpuInstead(thrown)).evaluate(canvas, this.#parameters)
    }
  }

  async #readyObjective(): Promise<ObjectiveSession> {
    if (this.#weightsChanged === 'layers') await this.#dropObjective()
    if (this.#weightsChanged !== 'no') this.#meetNewObjective()
    this.#weightsChanged = 'no'
    try {
      return (this.#objective ??= await this.#makeObjective())
    } catch (thrown) {
      return this.#onCpuInstead(thrown)
    }
  }

  /** Losses before and after a change of weights cannot be compared, and L-BFGS must not mix their gradients. */
  #meetNewObjective(): void {
    this.#guard = new DivergenceGuard(this.#vector)
    this.#optimizer.rescale(this.#vector.length, (field) => field)
  }

  #makeObjective(): Promise<ObjectiveSession> {
    return ObjectiveSession.create(this.#input, this.#parameters, this.#size, this.#device)
  }

  /** A provider that fails in the middle of a run costs speed, not the picture. */
  async #onCpuInstead(thrown: unknown): Promise<ObjectiveSession> {
    const error = PasticheError.from(thrown)
    if (this.#device === 'cpu' || !['device-failed', 'out-of-memory'].includes(error.code)) throw error
    this.#listeners.onNotice?.(`${error.message} The run continues on the CPU.`)
    await this.#dropObjective()
    this.#device = 'cpu'
    return (this.#objective = await this.#makeObjective())
  }

  async #dropObjective(): Promise<void> {
    const objective = this.#objective
    this.#objective = null
    await objective?.dispose()
  }

  /**
   * The canvas (its average, where there is one) and the optimizer's moments are enlarged. As every mean-normalised loss
   * spreads over more pixels, each pixel's gradient shrinks by their ratio; the moments are scaled to match.
   */
  async #enterNextScale(): Promise<void> {
    await this.#dropObjective()
    const { rgb, ...from } = this.canvas()
    this.#scaleIndex++
    this.#step = 0
    this.#resizeCanvas(rgb, from)
    this.#guard = new DivergenceGuard(this.#vector)
    this.#listeners.onMilestone?.()
  }

  /** To the size of the scale at hand. */
  #resizeCanvas(canvas: Float32Array, from: Size): void {
    const to = this.#size
    this.#vector = this.#space.fromCanvas(clampUnit(resizePlanes(canvas, 3, from, to, 'bicubic')))
    const shrink = (from.widthPx * from.heightPx) / (to.widthPx * to.heightPx)
    this.#optimizer.rescale(this.#vector.length, (field, kind) =>
      kind === 'signed'
        ? resizePlanes(field, 3, from, to, 'bicubic').map((value) => value * shrink)
        : resizePlanes(field, 3, from, to, 'bilinear').map((value) => Math.max(0, value * shrink ** 2)),
    )
    this.#average = this.#newAverage()
  }

  /** Steps in all so far, those before a restored checkpoint included. */
  get stepsDone(): number {
    return this.#input.plan.scales.slice(0, this.#scaleIndex).reduce((n, { steps }) => n + steps, this.#step)
  }

  #report(loss: LossParts): void {
    const { scales, totalFlop } = this.#input.plan
    const scale = scales[this.#scaleIndex]!
    const left = { ...scale, steps: scale.steps - this.#step }
    const later = scales.slice(this.#scaleIndex + 1)
    const flopLeft = [left, ...later].reduce((sum, { steps, stepFlop }) => sum + steps * stepFlop, 0)
    this.#listeners.onProgress?.(
      {
        scale: { index: this.#scaleIndex, count: scales.length, ...this.#size },
        step: this.#step,
        steps: scale.steps,
        totalStep: this.stepsDone,
        totalSteps: scales.reduce((sum, { steps }) => sum + steps, 0),
        part: 1 - flopLeft / totalFlop,
        loss,
        elapsedMs: this.#clock.elapsedMs,
        remainingMs: this.#clock.remainingMs(left, later),
      },
      () => this.canvas(),
    )
  }

  /** Hashed once, as it goes over all pictures and weights. Sliders are not part of it: they may move. */
  get #fingerprint(): string {
    return (this.#hash ??= this.#makeFingerprint())
  }

  #makeFingerprint(): string {
    const { plan, parameters, content, styles, weights, initPicture } = this.#input
    const fixed = Object.entries(parameters).filter(([name]) => !Object.hasOwn(liveWeights.shape, name))
    const hash = createHash('sha256').update(
      JSON.stringify([plan.scales.map(({ widthPx, heightPx, steps }) => [widthPx, heightPx, steps]), fixed]),
    )
    hash.update(JSON.stringify(styles.map(({ weight }) => weight)))
    const seen = [
      content.rgb,
      ...styles.flatMap(({ picture: { rgb, alpha } }) => (alpha ? [rgb, alpha] : [rgb])),
    ]
    for (const values of initPicture ? [...seen, initPicture.rgb] : seen)
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    return hash.update(weights.bytes).digest('hex')
  }
}

/** Which losses and layers are in the graph. */
function activeKey(parameters: Parameters): string {
  return JSON.stringify([activeTaps(parameters), parameters.tvWeight !== 0])
}
