/** Runs tasks one after the other. One that fails does not keep the next from running. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  take<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#last.then(task)
    this.#last = done.catch(() => undefined)
    return done
  }

  /** Resolves once every task that was handed in has ended. */
  async settled(): Promise<void> {
    await this.#last
  }
}
