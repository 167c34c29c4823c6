/** Hands things on at most once in so many milliseconds: at once after a rest, otherwise when the time is over. */
export class Throttle {
  readonly #everyMs: number
  readonly #act: () => void
  #timer: NodeJS.Timeout | null = null
  #isDue = false

  constructor(everyMs: number, act: () => void) {
    this.#everyMs = everyMs
    this.#act = act
  }

  ask(): void {
    if (this.#timer === null) this.#go()
    else this.#isDue = true
  }

  /** Does what is due at once, and is at rest again. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#isDue) this.#act()
    this.#isDue = false
  }

  #go(): void {
    this.#isDue = false
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (this.#isDue) this.#go()
    }, this.#everyMs)
    this.#act()
  }
}
