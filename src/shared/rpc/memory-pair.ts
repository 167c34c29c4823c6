import { Listeners, OnceEvent } from './listeners.ts'
import type { Off, Transport } from './transport.ts'

/** Two ends of a line inside one process. Messages become JSON on the way, and arrive later, as on a real one. */
export function createMemoryPair(): [Transport, Transport] {
  const left = new MemoryEnd()
  const right = new MemoryEnd()
  left.peer = right
  right.peer = left
  return [left, right]
}

class MemoryEnd implements Transport {
  peer: MemoryEnd | null = null
  readonly #messages = new Listeners<unknown>()
  readonly #closed = new OnceEvent<Error | null>()
  #arrived: unknown[] = []
  #open = true

  send(message: unknown): void {
    if (!this.#open) return
    const text = JSON.stringify(message) as string | undefined
    if (text === undefined) throw new TypeError(`Expected a JSON value, received ${typeof message}.`)
    later(() => this.peer?.receive(JSON.parse(text)))
  }

  receive(message: unknown): void {
    if (!this.#open) return
    this.#arrived.push(message)
    this.#deliver()
  }

  onMessage(listener: (message: unknown) => void): Off {
    const off = this.#messages.add(listener)
    later(() => this.#deliver())
    return off
  }

  onClose(listener: (reason: Error | null) => void): Off {
    return this.#closed.add(listener)
  }

  close(): void {
    this.shut()
    // After what was sent before: the other end still gets it.
    later(() => this.peer?.shut())
  }

  shut(): void {
    this.#open = false
    later(() => this.#closed.fire(null))
  }

  #deliver(): void {
    while (this.#messages.count > 0 && this.#arrived.length > 0) this.#messages.fire(this.#arrived.shift())
  }
}

/** Not queueMicrotask: this folder is compiled without DOM and Node types. */
function later(action: () => void): void {
  void Promise.resolve().then(action)
}
