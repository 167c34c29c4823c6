import type { Evaluate, Evaluation, Optimizer, OptimizerState, StepReport } from './contract.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { CurvaturePairs } from './curvature-pairs.ts'
import { checkLength, evaluateChecked } from './evaluate.ts'
import { checkOptimizer, misfit, stateField, stateScalar } from './state.ts'
import { strongWolfe, type Trial } from './strong-wolfe.ts'
import { addScaled, dot, maxAbs, scaleInto, subtractFrom, sumAbs, sumInto } from './vector.ts'

export interface LbfgsOptions {
  readonly learningRate: number
  /** Pairs remembered. */
  readonly history: number
  readonly lineSearch: 'none' | 'strong-wolfe'
}

/** The constants of PyTorch's LBFGS. */
const toleranceGradient = 1e-7
const toleranceChange = 1e-9
const toleranceCurvature = 1e-10

/**
 * L-BFGS (Liu & Nocedal 1989; Nocedal & Wright 2006, Algorithms 7.4 and 7.5), with PyTorch's choices:
 * H⁰ = (yᵀs / yᵀy)·I; a pair is remembered only if yᵀs > 1e-10; the first step has length min(1, 1/‖g‖₁)·lr, each
 * later one lr, or what the line search finds from there; it stops where max|g| ≤ 1e-7, gᵀd > −1e-9, max|t·d| ≤ 1e-9 or
 * |Δloss| < 1e-9.
 *
 * One `step` is one iteration. Twenty steps are PyTorch's one call with max_iter = 20, and as well twenty calls with
 * max_iter = 1: these two give the same iterates, as PyTorch carries all state from call to call. They differ in two
 * points: with max_iter = 1 the tests on t·d and Δloss never run, and a line search gets 1.25·max_iter evaluations
 * in all. Here every test runs at every step, and each search may take 25 evaluations.
 *
 * Deviations:
 * - Each step begins with an evaluation, also after a line search has just been there: between two steps the caller
 *   may clamp the canvas or change the weights of the loss.
 * - s is how far the canvas has really moved, not t·d: rounding to float32 and clamping are part of it.
 * - The four absolute tolerances are meant for gradients of about one an element. Losses that are means over
 *   millions of elements have gradients of 1e-8, which those tolerances take for zero. Where the first gradient is
 *   below one on average, the objective is therefore taken times `scale` ≈ n / ‖g‖₁, which only tolerances and
 *   first step see: quasi-Newton directions do not change with the scale of the objective.
 * - Until a pair is remembered, a step has ten times the length of the one before, and never more than lr, where
 *   PyTorch takes lr at once; and the test on Δloss waits. On a large canvas the first step is not far from the
 *   rounding of float32: it may find neither curvature nor a change of the loss, which is no convergence.
 */
export class Lbfgs implements Optimizer {
  readonly name = 'lbfgs'
  readonly #options: LbfgsOptions
  readonly #pairs: CurvaturePairs
  #size: number
  /** Iterations since the start or the last change of scale. */
  #iterations = 0
  #scale = 1
  /** γ of H⁰ = γ·I. */
  #inverseCurvature = 1
  #previousLoss = 0
  // Empty until the first step.
  #previousX: Float32Array = new Float32Array(0)
  #previousGradient: Float32Array = new Float32Array(0)
  #direction = new Float32Array(0)
  #trial = new Float32Array(0)

  constructor(options: LbfgsOptions, size: number) {
    this.#options = options
    this.#size = size
    this.#pairs = new CurvaturePairs(options.history)
  }

  async step(x: Float32Array, evaluate: Evaluate): Promise<StepReport> {
    checkLength(x, this.#size)
    const evaluation = await evaluateChecked(x, evaluate)
    const { loss, gradient } = evaluation
    if (this.#iterations === 0) this.#begin(gradient)
    if (this.#isFlat(evaluation)) return { loss, evaluations: 1, stopped: true }
    const slope = this.#direct(x, gradient)
    const firstLength = this.#firstLength(gradient)
    this.#previousLoss = loss
    if (slope * this.#scale > -toleranceChange) return { loss, evaluations: 1, stopped: true }
    const directionMax = maxAbs(this.#direction)
    const found =
      this.#options.lineSearch === 'none'
        ? { length: firstLength, evaluations: 0 }
        : await strongWolfe({
            start: { length: 0, loss, slope },
            firstLength,
            directionMax,
            probe: (length) => this.#probe(x, length, evaluate),
          })
    addScaled(x, found.length, this.#direction)
    this.#iterations++
    const stopped = found.length * directionMax <= toleranceChange
    return { loss, evaluations: 1 + found.evaluations, stopped }
  }

  /** Chooses the scale: a power of two, so that no rounding depends on it. */
  #begin(gradient: Float32Array): void {
    const sum = sumAbs(gradient)
    this.#scale = sum > 0 ? 2 ** Math.max(0, Math.ceil(Math.log2(this.#size / sum))) : 1
    this.#inverseCurvature = this.#scale
  }

  /** True if the gradient vanishes, or the last quasi-Newton step changed nothing. */
  #isFlat({ loss, gradient }: Evaluation): boolean {
    if (maxAbs(gradient) * this.#scale <= toleranceGradient) return true
    return this.#pairs.count > 0 && Math.abs(loss - this.#previousLoss) * this.#scale < toleranceChange
  }

  /** The step length, or where the line search begins. Called with what the last move has taught. */
  #firstLength(gradient: Float32Array): number {
    const { learningRate } = this.#options
    if (this.#pairs.count > 0) return learningRate
    return Math.min(1, 10 ** this.#iterations / (this.#scale * sumAbs(gradient))) * learningRate
  }

  /** Learns from the last move, writes d = −H·g and remembers where this move starts. @returns gᵀd */
  #direct(x: Float32Array, gradient: Float32Array): number {
    this.#allocate()
    if (this.#iterations > 0) this.#learn(x, gradient)
    scaleInto(this.#direction, -1, gradient)
    this.#pairs.multiplyInverseHessian(this.#direction, this.#inverseCurvature)
    this.#previousX.set(x)
    this.#previousGradient.set(gradient)
    const slope = dot(gradient, this.#direction)
    if (!Number.isFinite(slope)) {
      throw new PasticheError(
        'diverged',
        `The painting became unstable (slope ${slope} along the L-BFGS direction) and was stopped.`,
      )
    }
    return slope
  }

  /** Turns the previous point and gradient into s and y, in place, and keeps them if the curvature is positive. */
  #learn(x: Float32Array, gradient: Float32Array): void {
    const s = this.#previousX
    const y = this.#previousGradient
    subtractFrom(s, x)
    subtractFrom(y, gradient)
    const curvature = dot(y, s)
    if (!(curvature * this.#scale > toleranceCurvature)) return
    this.#inverseCurvature = curvature / dot(y, y)
    const free = this.#pairs.push(s, y)
    this.#previousX = free?.s ?? new Float32Array(this.#size)
    this.#previousGradient = free?.y ?? new Float32Array(this.#size)
  }

  async #probe(x: Float32Array, length: number, evaluate: Evaluate): Promise<Trial> {
    if (this.#trial.length === 0) this.#trial = new Float32Array(this.#size)
    sumInto(this.#trial, x, length, this.#direction)
    const { loss, gradient } = await evaluateChecked(this.#trial, evaluate)
    return { length, loss, slope: dot(gradient, this.#direction) }
  }

  #allocate(): void {
    const missing = (vector: Float32Array): boolean => vector.length === 0
    if (missing(this.#direction)) this.#direction = new Float32Array(this.#size)
    if (missing(this.#previousX)) this.#previousX = new Float32Array(this.#size)
    if (missing(this.#previousGradient)) this.#previousGradient = new Float32Array(this.#size)
  }

  save(): OptimizerState {
    const pairs = this.#pairs.oldestFirst()
    const scalars = {
      iterations: this.#iterations,
      scale: this.#scale,
      inverseCurvature: this.#inverseCurvature,
      previousLoss: this.#previousLoss,
      pairs: pairs.length,
    }
    if (this.#iterations === 0) return { optimizer: this.name, scalars, fields: {} }
    const fields = { previousX: this.#previousX, previousGradient: this.#previousGradient }
    const pairFields = pairs.flatMap(({ s, y }, i) => [[`s${i}`, s] as const, [`y${i}`, y] as const])
    return { optimizer: this.name, scalars, fields: { ...fields, ...Object.fromEntries(pairFields) } }
  }

  restore(state: OptimizerState): void {
    checkOptimizer(state, this.name)
    const scalar = (name: string): number => stateScalar(state, name)
    const field = (name: string): Float32Array => stateField(state, name, this.#size)
    const count = scalar('pairs')
    if (count > this.#pairs.capacity)
      throw misfit(`it has ${count} pairs, the history holds ${this.#pairs.capacity}`)
    const iterations = scalar('iterations')
    const [scale, inverseCurvature, previousLoss] = [
      scalar('scale'),
      scalar('inverseCurvature'),
      scalar('previousLoss'),
    ]
    const vectors = iterations > 0 && {
      x: field('previousX'),
      gradient: field('previousGradient'),
      pairs: Array.from({ length: count }, (_, i) => ({ s: field(`s${i}`), y: field(`y${i}`) })),
    }
    this.#forget(this.#size)
    this.#iterations = iterations
    this.#scale = scale
    this.#inverseCurvature = inverseCurvature
    this.#previousLoss = previousLoss
    if (!vectors) return
    this.#previousX = vectors.x
    this.#previousGradient = vectors.gradient
    for (const { s, y } of vectors.pairs) this.#pairs.push(s, y)
  }

  /**
   * Forgets everything: a resampled pair would no longer be a point and a gradient of the new objective, whose curvature differs
   * pixel for pixel. The next step begins with the careful first length.
   */
  rescale(size: number): void {
    this.#forget(size)
  }

  #forget(size: number): void {
    this.#pairs.clear()
    this.#size = size
    this.#iterations = 0
    this.#direction = new Float32Array(0)
    this.#previousX = new Float32Array(0)
    this.#previousGradient = new Float32Array(0)
    this.#trial = new Float32Array(0)
  }

  get stateBytes(): number {
    const working = this.#direction.length + this.#previousX.length + this.#previousGradient.length
    return 4 * (working + this.#trial.length) + this.#pairs.byteLength
  }
}
