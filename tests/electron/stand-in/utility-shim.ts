/* Runs in a utility process of the stand-in, before the script that the app named. */
import { EventEmitter } from 'node:events'
import { pathToFileURL } from 'node:url'

const send = process.send!.bind(process)
const [modulePath, ...args] = process.argv.slice(2)

/** Keeps messages until someone listens, as Electron's does. */
class ParentPort extends EventEmitter {
  readonly #early: unknown[] = []

  receive(message: unknown): void {
    if (this.listenerCount('message') > 0 && this.#early.length === 0) this.emit('message', message)
    else this.#early.push(message)
  }

  override on(name: string, listener: (...values: unknown[]) => void): this {
    super.on(name, listener)
    // Electron's port starts with the first listener, and its messages come with the next turn.
    if (name === 'message') setImmediate(() => this.#deliver())
    return this
  }

  postMessage(message: unknown): void {
    send(message)
  }

  #deliver(): void {
    for (const message of this.#early.splice(0)) this.emit('message', message)
  }
}

const parentPort = new ParentPort()
process.on('message', (message) => parentPort.receive(message))
// The system ends Electron's utility processes together with the app.
process.on('disconnect', () => process.exit(1))
Object.assign(process, { parentPort, send: undefined, argv: [process.execPath, modulePath, ...args] })
await import(pathToFileURL(modulePath!).href)
