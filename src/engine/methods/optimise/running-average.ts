/**
 * A running average of canvases, a ← β·a + (1 − β)·x, divided by 1 − βᵗ so that early ones count fully (the bias correction
 * of Kingma & Ba 2015, section 3). It calms what the optimizer's last steps happened to do.
 */
export class RunningAverage {
  readonly #decay: number
  /** Empty until the first canvas: a run that is resumed has no need of zeros. */
  #sum: Float32Array = new Float32Array(0)
  #count = 0

  constructor(decay: number) {
    this.#decay = decay
  }

  add(canvas: Float32Array): void {
    if (this.#count === 0) this.#sum = new Float32Array(canvas.length)
    const decay = this.#decay
    const sum = this.#sum
    for (let i = 0; i < sum.length; i++) sum[i] = decay * sum[i]! + (1 - decay) * canvas[i]!
    this.#count++
  }

  /** The average so far, a new array; at least one canvas must have been added. */
  value(): Float32Array {
    const correction = 1 - this.#decay ** this.#count
    return this.#sum.map((value) => value / correction)
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** The sum, not copied; null where no canvas has been added. */
  get state(): { sum: Float32Array; count: number } | null {
    return this.#count === 0 ? null : { sum: this.#sum, count: this.#count }
  }

  restore({ sum, count }: { sum: Float32Array; count: number }): void {
    this.#sum = sum
    this.#count = count
  }
}
