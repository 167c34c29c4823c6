import { Listeners, OnceEvent } from '../../shared/rpc/listeners.ts'
import type { Off } from '../../shared/rpc/transport.ts'
import type { WorkerPort } from './worker-port.ts'

/** A process that `child_process.fork` started, as far as its line to the parent is concerned. */
export type ForkedProcess = Pick<NodeJS.Process, 'connected' | 'disconnect' | 'on' | 'send'>

/** The line of a forked process to its parent. It closes when the parent hangs up or dies. */
export function childProcessPort(process: ForkedProcess): WorkerPort {
  return new ChildProcessPort(process)
}

class ChildProcessPort implements WorkerPort {
  readonly #process: ForkedProcess
  readonly #messages = new Listeners<unknown>()
  readonly #closed = new OnceEvent<Error | null>()
  #attached = false
  #lastSent: Promise<void> = Promise.resolve()

  constructor(process: ForkedProcess) {
    this.#process = process
    process.on('disconnect', () => this.#closed.fire(null))
    if (!process.connected) this.#closed.fire(null)
  }

  send(message: unknown): void {
    const { send, connected } = this.#process
    if (send === undefined || !connected) return
    let tellSent = (): void => undefined
    const sent = new Promise<void>((resolve) => {
      tellSent = resolve
    })
    // The callback hears of a broken line too; 'disconnect' tells of it.
    send.call(this.#process, message, () => tellSent())
    this.#lastSent = sent
  }

  flushed(): Promise<void> {
    return this.#lastSent
  }

  onMessage(listener: (message: unknown) => void): Off {
    // Node keeps what comes before the first 'message' listener, so that is attached no earlier than ours.
    if (!this.#attached) this.#process.on('message', (message: unknown) => this.#messages.fire(message))
    this.#attached = true
    return this.#messages.add(listener)
  }

  onClose(listener: (reason: Error | null) => void): Off {
    return this.#closed.add(listener)
  }

  close(): void {
    if (this.#process.connected) this.#process.disconnect()
  }
}
