/** The loss at a point and its gradient there. */
export interface Evaluation {
  readonly loss: number
  /** May be a buffer that the next evaluation overwrites: an optimizer copies what must live. */
  readonly gradient: Float32Array
}

/** Evaluates the objective at `x` without changing it. */
export type Evaluate = (x: Float32Array) => Promise<Evaluation>

export interface StepReport {
  /** The loss at the point before the step. */
  readonly loss: number
  readonly evaluations: number
  /**
   * The optimizer sees no way down from here (L-BFGS only). It is judged at each step and never remembered:
   * calling `step` again does no harm, and continues by itself once the objective or the canvas has changed.
   */
  readonly stopped: boolean
}

/** How a per-element field of an optimizer may be resampled: a `non-negative` one must stay so. */
export type FieldKind = 'signed' | 'non-negative'
export type Resample = (field: Float32Array, kind: FieldKind) => Float32Array

/** Memory of an optimizer between two steps. */
export interface OptimizerState {
  readonly optimizer: string
  readonly scalars: Readonly<Record<string, number>>
  /** Vectors by name, each with one number for each element of the canvas. */
  readonly fields: Readonly<Record<string, Float32Array>>
}

/** Minimises a function of a flat float32 vector, one step at a time. */
export interface Optimizer {
  readonly name: string

  /**
   * One step: updates `x` in place. A step that throws leaves `x` as it was.
   * @throws PasticheError `diverged` where the loss or the gradient is not a usable number.
   */
  step(x: Float32Array, evaluate: Evaluate): Promise<StepReport>

  /** The state, its fields not copied: they change with the next step. */
  save(): OptimizerState

  /**
   * Takes a state over: its fields, not copied, are this optimizer's from now on. With the same options and size, the trajectory
   * is that of the optimizer that saved it, bit for bit.
   *
   * @throws PasticheError `state-damaged` where it does not fit; what was there before is then kept
   */
  restore(state: OptimizerState): void

  /**
   * Changes the canvas to `size` elements: per-element fields go through `resample`, what cannot be carried is dropped.
   * With the old size and an identity it also tells L-BFGS that the objective is another one now.
   */
  rescale(size: number, resample: Resample): void

  /** Memory held by the state now. */
  readonly stateBytes: number
}
