import { Listeners } from './listeners.ts'
import type { Off } from './transport.ts'

/** Listeners to several kinds of events, by name; `Events` maps each name to its data. */
export class Topics<Events extends object> {
  readonly #topics = new Map<keyof Events, Listeners<unknown>>()

  /** Number of listeners to all events. */
  get count(): number {
    return [...this.#topics.values()].reduce((sum, listeners) => sum + listeners.count, 0)
  }

  on<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): Off {
    let listeners = this.#topics.get(event)
    if (listeners === undefined) {
      listeners = new Listeners()
      this.#topics.set(event, listeners)
    }
    return listeners.add(listener as (data: unknown) => void)
  }

  /** Throws what the first failing listener threw, after all were told. */
  emit<E extends keyof Events>(event: E, data: Events[E]): void {
    this.#topics.get(event)?.fire(data)
  }

  clear(): void {
    this.#topics.clear()
  }
}
