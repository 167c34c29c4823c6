import type { ConcreteDeviceId } from '../../../shared/contract/device.ts'
import type { LiveWeights } from '../../../shared/methods/optimise.ts'
import type { Parameters } from '../../../shared/contract/parameters.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { minimise } from '../../minimise/minimise.ts'
import type { ObjectiveOptions } from '../../objective/options.ts'
import type { Loss } from '../../objective/session.ts'
import type { ObjectiveSource } from '../../objective/term.ts'
import type { Evaluation } from '../../minimise/optimizers/contract.ts'
import type { RunState } from '../run-state.ts'
import type { Planes } from '../../tensor/planes.ts'
import { Canvas } from './canvas.ts'
import { RunClock } from './clock.ts'
import { Control } from './control.ts'
import { DeviceObjective } from './device-objective.ts'
import { fingerprintOf } from './fingerprint.ts'
import { initialCanvas } from './initial-canvas.ts'
import type { CanvasPlan } from './plan.ts'
import { progressOf, type RunProgress } from './progress.ts'
import { Schedule } from './schedule.ts'
import { Steering } from './steering.ts'

/** The run's input, all in memory: with the device, the picture is a pure function of it. */
export interface RunInput extends ObjectiveSource {
  readonly parameters: Parameters
  readonly plan: Pick<CanvasPlan, 'scales' | 'totalFlop'>
  readonly device: ConcreteDeviceId
  readonly threads: number
  /** Default true; see `SessionOptions.arena`. */
  readonly arena?: boolean
  /** The start picture, where `parameters.init` is `picture`. */
  readonly initPicture: Planes | null
}

export interface RunListeners {
  /** After each step; `canvas()` is the picture at that moment. */
  onProgress?(progress: RunProgress, canvas: () => Planes): void
  onNotice?(message: string): void
  /** The run rests in a pause, or has entered another scale: a good moment for a {@link Run.snapshot}. */
  onMilestone?(): void
}

export interface RunResult extends Planes {
  readonly state: 'done' | 'stopped'
  readonly elapsedMs: number
}

/**
 * One stylization: minimises the objective scale by scale (Gatys et al. 2016; coarse to fine as in Gatys et al. 2017,
 * section 6). Between two steps it can be paused, stopped, saved, and its weights changed.
 */
export class Run {
  readonly #input: RunInput
  readonly #listeners: RunListeners
  readonly #clock = new RunClock()
  readonly #control = new Control()
  readonly #schedule: Schedule
  readonly #steering: Steering
  readonly #canvas: Canvas
  readonly #objective: DeviceObjective
  /** Weights of the step in hand: a change during it takes effect with the next one. */
  #options: ObjectiveOptions
  #hash: string | null = null

  constructor(input: RunInput, listeners: RunListeners = {}) {
    const { parameters, plan, weights, device, threads, arena = true } = input
    this.#input = input
    this.#listeners = listeners
    this.#schedule = new Schedule(plan)
    this.#steering = new Steering(parameters)
    this.#options = this.#steering.options
    this.#canvas = new Canvas(parameters, weights.preprocessing, initialCanvas(input, this.#schedule.size))
    const onNotice = (message: string): void => listeners.onNotice?.(message)
    this.#objective = new DeviceObjective(input, { device, threads, arena }, onNotice)
  }

  /**
   * The state between two steps, with views of what the run holds: {@link restore} continues from it to the same bytes, if it was
   * written before the next step.
   */
  snapshot(): RunState {
    return {
      fingerprint: this.#fingerprint,
      scaleIndex: this.#schedule.index,
      step: this.#schedule.step,
      totalStep: this.stepsDone,
      elapsedMs: this.#clock.elapsedMs,
      sliders: this.#steering.sliders,
      objective: this.#steering.change,
      ...this.#canvas.save(),
    }
  }

  /**
   * Continues from a state. That of a gentler job, with a lower top scale or a shorter history, is adapted: its canvas is kept,
   * resized where need be, and of the optimizer what still fits.
   *
   * @throws PasticheError `state-damaged` where it is of another job, unless `adapt` is set; the run is then as it was
   */
  restore(state: RunState, { adapt = false }: { adapt?: boolean } = {}): void {
    if (!adapt && state.fingerprint !== this.#fingerprint)
      throw new PasticheError('state-damaged', 'The saved progress belongs to another job.')
    const continued = new Schedule(this.#input.plan)
    continued.restore(state)
    this.#canvas.restore(state, continued.size, { adapt })
    this.#schedule.restore(state)
    this.#clock.advance(state.elapsedMs)
    this.#steering.restore(state)
  }

  pause(): void {
    if (this.#control.pause()) this.#clock.pause()
  }

  resume(): void {
    this.#clock.resume()
    this.#control.resume()
  }

  /** Ends the run after the step in hand; its picture is the canvas as it is. */
  stop(): void {
    this.#clock.resume()
    this.#control.stop()
  }

  /** Takes effect at the next step; adding or removing a layer rebuilds the graph. */
  setWeights(weights: LiveWeights): void {
    this.#steering.setWeights(weights)
  }

  /** @throws PasticheError `diverged`, `device-failed`, `out-of-memory`; {@link lastGood} has the canvas to keep */
  async paint(): Promise<RunResult> {
    try {
      await this.#paintScale()
      while (!this.#control.isStopped && !this.#schedule.isLastScale) {
        await this.#enterNextScale()
        await this.#paintScale()
      }
    } finally {
      await this.#objective.drop()
    }
    const state = this.#control.isStopped ? 'stopped' : 'done'
    return { state, ...this.canvas(), elapsedMs: this.#clock.elapsedMs }
  }

  /** The picture at this moment: the running average where there is one. */
  canvas(): Planes {
    return this.#canvas.picture()
  }

  /** The last canvas before the loss went astray. */
  lastGood(): Planes {
    return this.#canvas.lastGood()
  }

  /** Steps in all so far, those before a restored checkpoint included. */
  get stepsDone(): number {
    return this.#schedule.stepsDone
  }

  async #paintScale(): Promise<void> {
    let startedMs = 0
    // A line search evaluates more than once; the loss of a step is that of its start.
    let loss: Loss | null = null
    const before = async (): Promise<boolean> => {
      if (this.#schedule.isScaleDone) return false
      if (!(await this.#control.mayContinue(() => this.#listeners.onMilestone?.()))) return false
      startedMs = performance.now()
      loss = null
      await this.#meetObjective()
      return true
    }
    const evaluate = async (vector: Float32Array): Promise<Evaluation> => {
      const found = await this.#evaluate(vector)
      loss ??= found.loss
      return { loss: found.loss.total, gradient: found.gradient }
    }
    const after = (): void => this.#finishStep(startedMs, loss!)
    await minimise(this.#canvas.vector, evaluate, this.#canvas.optimizer, { before, after })
  }

  async #meetObjective(): Promise<void> {
    const change = this.#steering.takeChange()
    if (change === 'layers') await this.#objective.drop()
    if (change !== 'no') this.#canvas.meetNewObjective()
    this.#options = this.#steering.options
    await this.#objective.prepare(this.#options, this.#schedule.size)
  }

  async #evaluate(vector: Float32Array): Promise<{ loss: Loss; gradient: Float32Array }> {
    const rgb = this.#canvas.toRgb(vector)
    const { loss, gradient } = await this.#objective.evaluate(rgb, this.#options)
    this.#canvas.check(loss.total, vector, rgb)
    return { loss, gradient: this.#canvas.space.scaleGradient(gradient) }
  }

  #finishStep(startedMs: number, loss: Loss): void {
    this.#canvas.settle()
    this.#schedule.countStep()
    this.#clock.stepTook(performance.now() - startedMs, this.#schedule.scale.stepFlop)
    this.#listeners.onProgress?.(progressOf(this.#schedule, this.#clock, loss), () => this.canvas())
  }

  async #enterNextScale(): Promise<void> {
    await this.#objective.drop()
    this.#schedule.enterNextScale()
    this.#canvas.resize(this.#schedule.size)
    this.#listeners.onMilestone?.()
  }

  /** Hashed once: it goes over all pictures and weights. */
  get #fingerprint(): string {
    return (this.#hash ??= fingerprintOf(this.#input))
  }
}
