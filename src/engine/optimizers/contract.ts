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
   * The optimizer sees no way down from here (L-BFGS only). It is judged anew at each step and never remembered:
   * calling `step` again does no harm, and goes on by itself once the objective or the canvas has changed.
   */
  readonly stopped: boolean
}

/** How a per-element field of an optimizer may be resampled: a `non-negative` one must stay so. */
export type FieldKind = 'signed' | 'non-negative'
export type Resample = (field: Float32Array, kind: FieldKind) => Float32Array

/** Minimises a function of a flat float32 vector, one step at a time. */
export interface Optimizer {
  readonly name: string

  /**
   * One step: updates `x` in place. A step that throws leaves `x` as it was.
   * @throws PasticheError `diverged` where the loss or the gradient is not a usable number.
   */
  step(x: Float32Array, evaluate: Evaluate): Promise<StepReport>

  /** The state as bytes. Restored into a fresh optimizer of the same options and size, it gives the same trajectory, bit for bit. */
  save(): Uint8Array

  /** @throws PasticheError `state-damaged` where the bytes are not such a state. What was there before is then kept. */
  restore(bytes: Uint8Array): void

  /**
   * The canvas changes to `size` elements: per-element fields go through `resample`, what cannot be carried is dropped.
   * With the old size and an identity it is also the way to tell L-BFGS that the objective is another one now.
   */
  rescale(size: number, resample: Resample): void

  /** Memory held by the state now. */
  readonly stateBytes: number
}
