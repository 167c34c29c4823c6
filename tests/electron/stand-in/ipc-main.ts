import { EventEmitter } from 'node:events'

type Handler = (event: unknown, ...args: unknown[]) => unknown

export class StandInIpcMain extends EventEmitter {
  readonly #handlers = new Map<string, Handler>()

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel)) throw new Error(`There is a handler of ${channel} already.`)
    this.#handlers.set(channel, handler)
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel)
  }

  /** Treats a call of a page as Electron does: only the message is left of an error that a handler throws. */
  async invoke(channel: string, event: unknown, args: unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel)
    try {
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
      return structuredClone(await handler(event, ...args))
    } catch (thrown) {
      throw new Error(`Error invoking remote method '${channel}': ${String(thrown)}`, { cause: thrown })
    }
  }
}
