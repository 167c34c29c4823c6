/** Measures a run and foretells its end from the cost of the steps that are left. Pauses do not count. */
export class RunClock {
  #startedMs = performance.now()
  #pausedMs = 0
  #pauseStartMs: number | null = null
  #msPerFlop: number | null = null

  /** As if so much time had gone by before: of a run that is continued. */
  advance(ms: number): void {
    this.#startedMs -= ms
  }

  pause(): void {
    this.#pauseStartMs ??= performance.now()
  }

  resume(): void {
    if (this.#pauseStartMs !== null) this.#pausedMs += performance.now() - this.#pauseStartMs
    this.#pauseStartMs = null
  }

  /** A step of this cost took so long; recent steps count more, since larger scales run at another speed. */
  stepTook(ms: number, flop: number): void {
    const rate = ms / flop
    this.#msPerFlop = this.#msPerFlop === null ? rate : 0.8 * this.#msPerFlop + 0.2 * rate
  }

  get elapsedMs(): number {
    return (this.#pauseStartMs ?? performance.now()) - this.#startedMs - this.#pausedMs
  }

  remainingMs(flopLeft: number): number | null {
    return this.#msPerFlop === null ? null : this.#msPerFlop * flopLeft
  }
}
