import type { Evaluate, Optimizer, OptimizerState, Resample, StepReport } from './contract.ts'
import { checkLength, evaluateChecked } from './evaluate.ts'
import { Moments } from './moments.ts'
import { checkOptimizer } from './state.ts'

export interface AdamOptions {
  /** α in the papers. */
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** Common part of Adam, AdamW and LAMB: one evaluation a step, two moments, their saving and resampling. */
export abstract class AdamFamily implements Optimizer {
  abstract readonly name: string
  protected readonly moments: Moments
  protected readonly options: AdamOptions

  constructor(options: AdamOptions, size: number) {
    this.options = options
    this.moments = new Moments(options.beta1, options.beta2, size)
  }

  /** Moves `x` by the moments, which know the new gradient already. */
  protected abstract move(x: Float32Array): void

  async step(x: Float32Array, evaluate: Evaluate): Promise<StepReport> {
    checkLength(x, this.moments.size)
    const { loss, gradient } = await evaluateChecked(x, evaluate)
    this.moments.update(gradient)
    this.move(x)
    return { loss, evaluations: 1, stopped: false }
  }

  save(): OptimizerState {
    return { optimizer: this.name, ...this.moments.save() }
  }

  restore(state: OptimizerState): void {
    checkOptimizer(state, this.name)
    this.moments.restore(state)
  }

  rescale(size: number, resample: Resample): void {
    this.moments.rescale(size, resample)
  }

  get stateBytes(): number {
    return this.moments.stateBytes
  }
}
