import { Listeners, OnceEvent } from './listeners.ts'
import type { Off, Transport } from './transport.ts'

/** One end's way to the other: all that differs between a WebSocket, a port, a process and memory. */
export interface Wire {
  /** Sends JSON text. A wire that is broken drops it: `PortLine.end` tells of that. */
  readonly post: (json: string) => void
  /** Closes the wire. `PortLine.end` is called once it is closed. */
  readonly hangUp: () => void
  /** Resolves when everything posted so far has left this process; at once where it is left out. Never rejects. */
  readonly flushed?: () => Promise<void>
  /** Receives what a listener of a message threw; where it is left out, whoever delivered the message does. */
  readonly onFault?: (fault: unknown) => void
}

/** One end of a line, over any wire. Its adapter calls `receive` and `end`. */
export class PortLine implements Transport {
  readonly #wire: Wire
  readonly #messages = new Listeners<unknown>()
  readonly #ended = new OnceEvent<Error | null>()
  /** Messages that came before there was a listener. */
  #arrived: unknown[] = []
  #isOpen = true

  constructor(wire: Wire) {
    this.#wire = wire
  }

  send(message: unknown): void {
    if (!this.#isOpen) return
    const json = JSON.stringify(message) as string | undefined
    if (json === undefined) throw new TypeError(`Expected a JSON value, received ${typeof message}.`)
    this.#wire.post(json)
  }

  onMessage(listener: (message: unknown) => void): Off {
    const off = this.#messages.add(listener)
    // Later: all listeners that are added now are to receive what has arrived.
    void Promise.resolve().then(() => this.#deliver())
    return off
  }

  onClose(listener: (reason: Error | null) => void): Off {
    return this.#ended.add(listener)
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#arrived = []
    this.#wire.hangUp()
  }

  flushed(): Promise<void> {
    return this.#wire.flushed?.() ?? Promise.resolve()
  }

  /** A message from the other end, in order. After this end has closed, it is dropped. */
  receive(message: unknown): void {
    if (!this.#isOpen) return
    this.#arrived.push(message)
    this.#deliver()
  }

  /** As `receive`. Text that is not JSON is passed on as it is: whoever reads messages says what is wrong with it. */
  receiveJson(text: string): void {
    let message: unknown = text
    try {
      message = JSON.parse(text)
    } catch {
      // Passed on.
    }
    this.receive(message)
  }

  /** The wire is closed, by either end. Idempotent: the first reason is the one that is told. */
  end(reason: Error | null = null): void {
    this.#isOpen = false
    this.#ended.fire(reason)
  }

  #deliver(): void {
    try {
      while (this.#messages.count > 0 && this.#arrived.length > 0) this.#messages.fire(this.#arrived.shift())
    } catch (fault) {
      if (this.#wire.onFault === undefined) throw fault
      this.#wire.onFault(fault)
    }
  }
}
