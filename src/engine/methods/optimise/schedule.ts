import type { Size } from '../../tensor/size.ts'
import type { CanvasPlan, PlannedScale } from './plan.ts'

/** The place of a run in its plan, coarse to fine: which scale, and how many of its steps are done. */
export class Schedule {
  readonly #plan: Pick<CanvasPlan, 'scales' | 'totalFlop'>
  #index = 0
  #step = 0

  constructor(plan: Pick<CanvasPlan, 'scales' | 'totalFlop'>) {
    this.#plan = plan
  }

  get index(): number {
    return this.#index
  }

  /** Steps done at this scale. */
  get step(): number {
    return this.#step
  }

  get scale(): PlannedScale {
    return this.#plan.scales[this.#index]!
  }

  get size(): Size {
    const { widthPx, heightPx } = this.scale
    return { widthPx, heightPx }
  }

  get isScaleDone(): boolean {
    return this.#step >= this.scale.steps
  }

  get isLastScale(): boolean {
    return this.#index === this.#plan.scales.length - 1
  }

  /** Steps done in all. */
  get stepsDone(): number {
    return this.#plan.scales.slice(0, this.#index).reduce((sum, { steps }) => sum + steps, this.#step)
  }

  get scaleCount(): number {
    return this.#plan.scales.length
  }

  get totalSteps(): number {
    return this.#plan.scales.reduce((sum, { steps }) => sum + steps, 0)
  }

  /** Steps left at this scale. */
  get now(): PlannedScale {
    return { ...this.scale, steps: this.scale.steps - this.#step }
  }

  /** The scales to come. */
  get later(): readonly PlannedScale[] {
    return this.#plan.scales.slice(this.#index + 1)
  }

  /** Share of the work that is done, in [0,1]: a step at a large scale is more work than one at a small scale. */
  get part(): number {
    const flopLeft = [this.now, ...this.later].reduce((sum, { steps, stepFlop }) => sum + steps * stepFlop, 0)
    return 1 - flopLeft / this.#plan.totalFlop
  }

  countStep(): void {
    this.#step++
  }

  enterNextScale(): void {
    this.#index++
    this.#step = 0
  }

  /** Continues from a place in this plan, or in one that had more scales or steps. */
  restore({ scaleIndex, step }: { readonly scaleIndex: number; readonly step: number }): void {
    this.#index = Math.min(scaleIndex, this.#plan.scales.length - 1)
    this.#step = Math.min(step, this.scale.steps)
  }
}
