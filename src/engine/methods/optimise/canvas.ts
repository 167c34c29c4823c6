import type { Parameters } from '../../../shared/contract/parameters.ts'
import { resizePlanes } from '../../image/resize.ts'
import { DivergenceGuard } from '../../minimise/divergence.ts'
import type { Preprocessing } from '../../models/network-weights.ts'
import { createOptimizer, type Optimizer } from '../../minimise/optimizers/optimizer.ts'
import type { RunState } from '../run-state.ts'
import { clampUnit, type Planes } from '../../tensor/planes.ts'
import { isSameSize, type Size } from '../../tensor/size.ts'
import { CanvasSpace } from './canvas-space.ts'
import { RunningAverage } from './running-average.ts'

/** The state of the canvas that goes into a checkpoint. */
export type CanvasState = Pick<RunState, 'size' | 'vector' | 'optimizer' | 'average'>

/** The canvas as the optimizer sees it: a vector at one size, with the optimizer's memory and the running average of that size. */
export class Canvas {
  readonly space: CanvasSpace
  readonly #parameters: Parameters
  #size: Size
  #vector: Float32Array
  /** The vector as RGB. One buffer serves every evaluation at a size. */
  #rgb: Float32Array
  #optimizer: Optimizer
  #average: RunningAverage | null
  #guard: DivergenceGuard

  constructor(parameters: Parameters, preprocessing: Preprocessing, start: Planes) {
    this.#parameters = parameters
    this.space = new CanvasSpace(parameters.space, preprocessing)
    this.#size = sizeOf(start)
    this.#vector = this.space.fromCanvas(start.rgb)
    this.#rgb = new Float32Array(this.#vector.length)
    this.#optimizer = createOptimizer(parameters, this.#vector.length)
    this.#average = this.#newAverage()
    this.#guard = new DivergenceGuard(this.#vector)
  }

  get vector(): Float32Array {
    return this.#vector
  }

  get optimizer(): Optimizer {
    return this.#optimizer
  }

  /** A vector as RGB, in a buffer that the next call overwrites. */
  toRgb(vector: Float32Array): Float32Array {
    return this.space.toCanvas(vector, this.#rgb)
  }

  /** @throws PasticheError `diverged`; see {@link DivergenceGuard.check} */
  check(loss: number, vector: Float32Array, rgb: Float32Array): void {
    this.#guard.check(loss, vector, rgb)
  }

  /** Called after each step of the optimizer. */
  settle(): void {
    if (this.#parameters.clamp) this.space.clamp(this.#vector)
    this.#average?.add(this.toRgb(this.#vector))
  }

  /** Losses before and after a change of weights cannot be compared, and L-BFGS must not mix their gradients. */
  meetNewObjective(): void {
    this.#guard = new DivergenceGuard(this.#vector)
    this.#optimizer.rescale(this.#vector.length, (field) => field)
  }

  /** The picture at this moment, a copy: the running average where there is one. */
  picture(): Planes {
    const averaged =
      this.#average && !this.#average.isEmpty ? this.#average.value() : this.#copy(this.#vector)
    return { ...this.#size, rgb: clampUnit(averaged) }
  }

  /** The picture of the lowest loss so far, at this size and with these weights. */
  lastGood(): Planes {
    return { ...this.#size, rgb: clampUnit(this.#copy(this.#guard.lastGood)) }
  }

  /**
   * Changes the size. The picture and the optimizer's moments are resampled. As every mean-normalised loss spreads over more pixels,
   * each pixel's gradient shrinks by their ratio; the moments are scaled to match.
   */
  resize(size: Size): void {
    this.#resample(this.picture(), size)
  }

  #resample({ rgb, ...from }: Planes, to: Size): void {
    this.#size = to
    this.#vector = this.space.fromCanvas(clampUnit(resizePlanes(rgb, 3, from, to, 'bicubic')))
    this.#rgb = new Float32Array(this.#vector.length)
    const shrink = (from.widthPx * from.heightPx) / (to.widthPx * to.heightPx)
    this.#optimizer.rescale(this.#vector.length, (field, kind) =>
      kind === 'signed'
        ? resizePlanes(field, 3, from, to, 'bicubic').map((value) => value * shrink)
        : resizePlanes(field, 3, from, to, 'bilinear').map((value) => Math.max(0, value * shrink ** 2)),
    )
    this.#average = this.#newAverage()
    this.#guard = new DivergenceGuard(this.#vector)
  }

  /** Views of what the canvas holds; the next step changes them. */
  save(): CanvasState {
    return {
      size: this.#size,
      vector: this.#vector,
      optimizer: this.#optimizer.save(),
      average: this.#average?.state ?? null,
    }
  }

  /**
   * Continues from a state, whose arrays it keeps, at a size that may be another.
   *
   * @param adapt drops what does not fit of the optimizer, instead of throwing
   * @throws PasticheError `state-damaged`; the canvas is then as it was
   */
  restore(state: CanvasState, size: Size, { adapt }: { adapt: boolean }): void {
    this.#optimizer = this.#restoredOptimizer(state, adapt)
    this.#size = state.size
    this.#vector = state.vector
    this.#rgb = new Float32Array(this.#vector.length)
    this.#average = this.#newAverage()
    if (state.average) this.#average?.restore(state.average)
    this.#guard = new DivergenceGuard(this.#vector)
    if (isSameSize(state.size, size)) return
    this.#resample({ ...state.size, rgb: clampUnit(this.#copy(this.#vector)) }, size)
  }

  #restoredOptimizer({ vector, optimizer }: CanvasState, adapt: boolean): Optimizer {
    const restored = createOptimizer(this.#parameters, vector.length)
    try {
      restored.restore(optimizer)
      return restored
    } catch (thrown) {
      if (!adapt) throw thrown
      return createOptimizer(this.#parameters, vector.length)
    }
  }

  #newAverage(): RunningAverage | null {
    const { averaging } = this.#parameters
    return averaging > 0 ? new RunningAverage(averaging) : null
  }

  #copy(vector: Float32Array): Float32Array {
    return this.space.toCanvas(vector, new Float32Array(vector.length))
  }
}

const sizeOf = ({ widthPx, heightPx }: Size): Size => ({ widthPx, heightPx })
