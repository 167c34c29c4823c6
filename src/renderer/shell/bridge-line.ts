import type { DesktopBridge } from '../../shared/desktop-bridge.ts'
import { Listeners, OnceEvent } from '../../shared/rpc/listeners.ts'
import type { Off, Transport } from '../../shared/rpc/transport.ts'

/** A line to the main process of the desktop app, through what its preload script offers. */
export class BridgeLine implements Transport {
  readonly #line: ReturnType<DesktopBridge['connect']>
  readonly #messages = new Listeners<unknown>()
  readonly #closed = new OnceEvent<Error | null>()

  constructor(bridge: DesktopBridge) {
    this.#line = bridge.connect(
      (message) => this.#messages.fire(message),
      () => this.#closed.fire(null),
    )
  }

  send(message: unknown): void {
    this.#line.send(message)
  }

  onMessage(listener: (message: unknown) => void): Off {
    return this.#messages.add(listener)
  }

  onClose(listener: (reason: Error | null) => void): Off {
    return this.#closed.add(listener)
  }

  close(): void {
    this.#line.close()
    this.#closed.fire(null)
  }
}
