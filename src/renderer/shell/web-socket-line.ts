import { Listeners, OnceEvent } from '../../shared/rpc/listeners.ts'
import type { Off, Transport } from '../../shared/rpc/transport.ts'

/** A line to the server that the page came from. What is said before it is open waits. */
export class WebSocketLine implements Transport {
  readonly #socket: WebSocket
  readonly #messages = new Listeners<unknown>()
  readonly #closed = new OnceEvent<Error | null>()
  #waiting: string[] | null = []

  constructor(url: string) {
    this.#socket = new WebSocket(url)
    this.#socket.addEventListener('open', () => this.#flush())
    this.#socket.addEventListener('message', ({ data }) => this.#messages.fire(parse(data)))
    this.#socket.addEventListener('close', ({ reason }) =>
      this.#closed.fire(reason === '' ? null : new Error(reason)),
    )
  }

  send(message: unknown): void {
    const text = JSON.stringify(message)
    if (this.#waiting !== null) this.#waiting.push(text)
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text)
  }

  onMessage(listener: (message: unknown) => void): Off {
    return this.#messages.add(listener)
  }

  onClose(listener: (reason: Error | null) => void): Off {
    return this.#closed.add(listener)
  }

  close(): void {
    this.#socket.close()
  }

  #flush(): void {
    for (const text of this.#waiting ?? []) this.#socket.send(text)
    this.#waiting = null
  }
}

/** Passes anything but JSON on unchanged: the rpc client says what is wrong with it. */
function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data))
  } catch {
    return data
  }
}
