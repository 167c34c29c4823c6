import { Listeners, OnceEvent } from '../shared/rpc/listeners.ts'
import type { Off, Transport } from '../shared/rpc/transport.ts'

export interface PortLineOptions {
  /** Hands a message to the other process. */
  readonly post: (message: unknown) => void
  /** Tells the other process that this end has closed the line. */
  readonly hangUp: () => void
}

/** This end of a line to another process, over a port of Electron's that knows neither JSON nor an orderly end. */
export class PortLine implements Transport {
  readonly #options: PortLineOptions
  readonly #messages = new Listeners<unknown>()
  readonly #closed = new OnceEvent<Error | null>()
  #early: unknown[] = []

  constructor(options: PortLineOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return !this.#closed.fired
  }

  send(message: unknown): void {
    // The structured clone of Electron would carry more than JSON does; the line promises no more than that.
    const text = JSON.stringify(message) as string | undefined
    if (text === undefined) throw new TypeError(`Expected a JSON value, received ${typeof message}.`)
    if (this.isOpen) this.#options.post(JSON.parse(text))
  }

  onMessage(listener: (message: unknown) => void): Off {
    const off = this.#messages.add(listener)
    for (const message of this.#early.splice(0)) this.#messages.fire(message)
    return off
  }

  onClose(listener: (reason: Error | null) => void): Off {
    return this.#closed.add(listener)
  }

  close(): void {
    if (!this.isOpen) return
    this.#options.hangUp()
    this.end()
  }

  /** What the other process has sent. */
  receive(message: unknown): void {
    if (!this.isOpen) return
    if (this.#messages.count === 0) this.#early.push(message)
    else this.#messages.fire(message)
  }

  /** The other process has closed the line, or is gone. Idempotent. */
  end(): void {
    this.#closed.fire(null)
  }
}
