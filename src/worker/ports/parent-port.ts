import { Listeners, OnceEvent } from '../../shared/rpc/listeners.ts'
import type { Off } from '../../shared/rpc/transport.ts'
import type { WorkerPort } from './worker-port.ts'

/** `process.parentPort` of an Electron utility process, told structurally: no Electron is needed to build this. */
export interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown
  postMessage(message: unknown): void
}

/** Electron hands messages to another thread and does not tell when they are out. */
const handoverMs = 100

/**
 * The line of a utility process to Electron's main process. That port has no 'close': the main side says `null`
 * to hang up, and the operating system ends the process when the main process dies.
 */
export function parentPort(port: ParentPort): WorkerPort {
  return new ElectronPort(port)
}

class ElectronPort implements WorkerPort {
  readonly #port: ParentPort
  readonly #messages = new Listeners<unknown>()
  readonly #closed = new OnceEvent<Error | null>()
  #attached = false

  constructor(port: ParentPort) {
    this.#port = port
  }

  send(message: unknown): void {
    // The structured clone of Electron would carry more than JSON does; the line promises no more than that.
    if (!this.#closed.fired) this.#port.postMessage(JSON.parse(JSON.stringify(message)))
  }

  flushed(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, handoverMs))
  }

  onMessage(listener: (message: unknown) => void): Off {
    if (!this.#attached) this.#port.on('message', ({ data }) => this.#receive(data))
    this.#attached = true
    return this.#messages.add(listener)
  }

  onClose(listener: (reason: Error | null) => void): Off {
    return this.#closed.add(listener)
  }

  close(): void {
    this.#closed.fire(null)
  }

  #receive(message: unknown): void {
    if (this.#closed.fired) return
    if (message === null) this.close()
    else this.#messages.fire(message)
  }
}
