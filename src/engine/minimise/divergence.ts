import { PasticheError } from '../../shared/errors.ts'

/** A canvas so many times brighter than white shows nothing any more, whatever the loss says. */
const hopelessBrightness = 100

/** Watches a run at one scale and keeps the vector to fall back to. */
export class DivergenceGuard {
  /** The vector of the lowest loss so far; before the first evaluation, the start. */
  readonly lastGood: Float32Array
  #lowest = Infinity

  constructor(start: Float32Array) {
    this.lastGood = start.slice()
  }

  /**
   * @param canvas in [0,1] as far as the run keeps it there
   * @throws PasticheError `diverged` where the loss is no number any more, or the canvas has left every colour behind
   */
  check(loss: number, vector: Float32Array, canvas: Float32Array): void {
    if (!Number.isFinite(loss))
      throw new PasticheError('diverged', `The painting became unstable (loss ${loss}) and was stopped.`)
    const brightest = canvas.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    if (brightest > hopelessBrightness)
      throw new PasticheError(
        'diverged',
        `The painting became unstable (brightness ${brightest.toPrecision(3)}) and was stopped.`,
      )
    if (loss < this.#lowest) {
      this.#lowest = loss
      this.lastGood.set(vector)
    }
  }
}
