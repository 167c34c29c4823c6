/** An allowance that is spent and grows back: a token bucket. */
export class RateLimit {
  readonly #burst: number
  readonly #perSecond: number
  #left: number
  #lastMs: number

  /**
   * @param burst what may be spent at once, and what there is at first
   * @param nowMs a time that never goes back
   */
  constructor(burst: number, perSecond: number, nowMs = performance.now()) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#left = burst
    this.#lastMs = nowMs
  }

  /** Spends `cost`, even if less was left. @returns whether there was enough left */
  spend(cost: number, nowMs = performance.now()): boolean {
    const grown = ((nowMs - this.#lastMs) / 1000) * this.#perSecond
    this.#lastMs = nowMs
    this.#left = Math.min(this.#burst, this.#left + grown) - cost
    return this.#left >= 0
  }
}
