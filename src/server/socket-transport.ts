import type { RawData, WebSocket } from 'ws'
import { Listeners, OnceEvent } from '../shared/rpc/listeners.ts'
import type { Off, Transport } from '../shared/rpc/transport.ts'
import type { ServerLimits } from './limits.ts'
import { RateLimit } from './rate-limit.ts'

export type SocketLimits = Pick<ServerLimits, 'messageBurst' | 'messagesPerSecond' | 'maxWaitingBytes'>

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const closeCodes = { goingAway: 1001, notText: 1003, notAllowed: 1008, fault: 1011 } as const

/** A large message costs as much as this many bytes' worth of small ones. */
const bytesPerMessage = 16 * 1024

/** A line to one page. Text frames are JSON; whatever else comes closes it, with a reason. */
export class SocketTransport implements Transport {
  readonly #socket: WebSocket
  readonly #limits: SocketLimits
  readonly #rate: RateLimit
  readonly #onFault: (fault: unknown) => void
  readonly #messages = new Listeners<unknown>()
  readonly #closed = new OnceEvent<Error | null>()
  #arrived: unknown[] = []
  #reason: Error | null = null
  #isAlive = true

  constructor(socket: WebSocket, limits: SocketLimits, onFault: (fault: unknown) => void = () => undefined) {
    this.#socket = socket
    this.#limits = limits
    this.#rate = new RateLimit(limits.messageBurst, limits.messagesPerSecond)
    this.#onFault = onFault
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('ping', () => this.#spend(1))
    socket.on('pong', () => {
      this.#isAlive = true
    })
    // Broken frames; ws itself closes with the code that fits.
    socket.on('error', (error) => (this.#reason ??= error))
    socket.on('close', () => this.#closed.fire(this.#reason))
  }

  send(message: unknown): void {
    if (!this.#isOpen) return
    const text = JSON.stringify(message) as string | undefined
    if (text === undefined) throw new TypeError(`Expected a JSON value, received ${typeof message}.`)
    // With a callback, a line that breaks meanwhile is no error here; 'close' tells of it.
    this.#socket.send(text, () => undefined)
    if (this.#socket.bufferedAmount > this.#limits.maxWaitingBytes)
      this.#drop(new Error('This page does not read what it is sent.'))
  }

  onMessage(listener: (message: unknown) => void): Off {
    const off = this.#messages.add(listener)
    queueMicrotask(() => this.#deliver())
    return off
  }

  onClose(listener: (reason: Error | null) => void): Off {
    return this.#closed.add(listener)
  }

  close(): void {
    this.#socket.close()
  }

  /** Tells the page that the server goes. */
  leave(): void {
    this.#end(closeCodes.goingAway, 'Pastiche was closed.')
  }

  /** Tells the page that its browser is no longer signed in. */
  signOut(): void {
    this.#end(closeCodes.notAllowed, 'This browser was signed out.')
  }

  /** Asks the page whether it is still there, and drops one that did not answer the last time. */
  checkAlive(): void {
    if (!this.#isAlive) {
      this.#drop(new Error('This page no longer answers.'))
      return
    }
    this.#isAlive = false
    this.#socket.ping()
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  #receive(data: RawData, isBinary: boolean): void {
    // After this side has closed, what is still on its way counts for nothing.
    if (!this.#isOpen) return
    this.#isAlive = true
    if (isBinary) {
      this.#end(closeCodes.notText, 'Expected text, received bytes.')
      return
    }
    // One Buffer a message, as ws hands them out unless told otherwise.
    const bytes = data as Buffer
    if (!this.#spend(1 + bytes.length / bytesPerMessage)) return
    this.#arrived.push(parse(bytes.toString('utf8')))
    this.#deliver()
  }

  #deliver(): void {
    try {
      while (this.#messages.count > 0 && this.#arrived.length > 0) this.#messages.fire(this.#arrived.shift())
    } catch (fault) {
      // Whatever a message sets off must not end the process that serves the other pages.
      this.#onFault(fault)
      this.#end(closeCodes.fault, 'Pastiche closed the connection to this page after an error.')
    }
  }

  #spend(cost: number): boolean {
    const isAllowed = this.#rate.spend(cost)
    if (!isAllowed) this.#end(closeCodes.notAllowed, 'This page sent too many messages at once.')
    return isAllowed
  }

  #end(code: number, reason: string): void {
    this.#reason ??= new Error(reason)
    this.#socket.close(code, reason)
  }

  /** Without a goodbye, which it would not read. */
  #drop(reason: Error): void {
    this.#reason ??= reason
    this.#socket.terminate()
  }
}

/** Passes anything but JSON on unchanged: the rpc server says what is wrong with it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
