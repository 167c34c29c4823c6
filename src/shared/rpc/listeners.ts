import type { Off } from './transport.ts'

/** The listeners to one event. All are told, in the order they came, even if one of them throws. */
export class Listeners<T> {
  readonly #all = new Set<{ readonly tell: (value: T) => void }>()

  get count(): number {
    return this.#all.size
  }

  add(tell: (value: T) => void): Off {
    const entry = { tell }
    this.#all.add(entry)
    return () => {
      this.#all.delete(entry)
    }
  }

  /** Throws what the first failing listener threw, after everyone was told. */
  fire(value: T): void {
    const failures: unknown[] = []
    for (const entry of [...this.#all]) {
      try {
        if (this.#all.has(entry)) entry.tell(value)
      } catch (failure) {
        failures.push(failure)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  clear(): void {
    this.#all.clear()
  }
}

/** An event that happens once at most. A listener that comes too late is told soon afterwards, never at once. */
export class OnceEvent<T> {
  readonly #listeners = new Listeners<T>()
  #fired: { readonly value: T } | null = null

  get fired(): boolean {
    return this.#fired !== null
  }

  add(tell: (value: T) => void): Off {
    const late = this.#fired
    if (late === null) return this.#listeners.add(tell)
    let wanted = true
    void Promise.resolve().then(() => {
      if (wanted) tell(late.value)
    })
    return () => {
      wanted = false
    }
  }

  fire(value: T): void {
    if (this.#fired !== null) return
    this.#fired = { value }
    this.#listeners.fire(value)
    this.#listeners.clear()
  }
}
