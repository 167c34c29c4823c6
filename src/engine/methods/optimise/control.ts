/** Pauses and stops a run between two steps. */
export class Control {
  #isStopped = false
  #paused: Promise<void> | null = null
  #wake: (() => void) | null = null
  #isPauseNew = false

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** @returns whether this begins a pause: not in a pause, and not after {@link stop} */
  pause(): boolean {
    if (this.#paused || this.#isStopped) return false
    this.#isPauseNew = true
    this.#paused = new Promise((resolve) => (this.#wake = resolve))
    return true
  }

  resume(): void {
    this.#wake?.()
    this.#paused = this.#wake = null
  }

  /** Ends a pause, too. */
  stop(): void {
    this.#isStopped = true
    this.resume()
  }

  /**
   * Waits while the run is paused.
   *
   * @param onRest called once for each pause, as soon as no step is under way
   * @returns whether another step may be taken
   */
  async mayContinue(onRest: () => void): Promise<boolean> {
    if (this.#isPauseNew) onRest()
    this.#isPauseNew = false
    while (this.#paused) await this.#paused
    return !this.#isStopped
  }
}
