import type { LossSample } from '../../../shared/contract/studio.ts'

/**
 * The losses of a run, few enough for a chart: evenly spread over all of it, with the first and the last. Whenever it is full,
 * every other sample goes, and from then on half as many come.
 */
export class LossHistory {
  readonly #most: number
  #kept: LossSample[] = []
  #last: LossSample | null = null
  #count = 0
  /** One in so many is kept. */
  #stride = 1

  /** @param most at least 3 */
  constructor(most = 1000) {
    this.#most = most
  }

  add(sample: LossSample): void {
    this.#last = sample
    if (this.#count++ % this.#stride !== 0) return
    this.#kept.push(sample)
    // One place is the last sample's.
    if (this.#kept.length < this.#most) return
    this.#kept = this.#kept.filter((_, index) => index % 2 === 0)
    this.#stride *= 2
  }

  /** In their order, at most as many as the constructor was told. */
  get samples(): LossSample[] {
    const isMissing = this.#last !== null && this.#kept.at(-1) !== this.#last
    return isMissing ? [...this.#kept, this.#last!] : [...this.#kept]
  }
}
