/**
 * Passes values on, at most one in each rest and never two at once. Of those that come meanwhile only the newest counts, and
 * the last one is always sent.
 */
export class LatestValue<T> {
  readonly #send: (value: T) => Promise<unknown>
  readonly #restMs: number
  #waiting: { readonly value: T } | null = null
  #resting = false

  constructor(send: (value: T) => Promise<unknown>, restMs: number) {
    this.#send = send
    this.#restMs = restMs
  }

  /** @param merge makes one of a value that still waits and the new one */
  push(value: T, merge: (waiting: T, value: T) => T = (_, newest) => newest): void {
    this.#waiting = { value: this.#waiting === null ? value : merge(this.#waiting.value, value) }
    if (!this.#resting) void this.#sendNext()
  }

  async #sendNext(): Promise<void> {
    while (this.#waiting !== null) {
      const { value } = this.#waiting
      this.#waiting = null
      this.#resting = true
      const rest = new Promise((resolve) => setTimeout(resolve, this.#restMs))
      // The sender reports a failure; the next value is still tried.
      await Promise.allSettled([this.#send(value), rest])
    }
    this.#resting = false
  }
}
