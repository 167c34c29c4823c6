import type { RawData, WebSocket } from 'ws'
import { PortLine } from '../shared/rpc/line.ts'
import type { ServerLimits } from './limits.ts'
import { RateLimit } from './rate-limit.ts'

export type SocketLimits = Pick<ServerLimits, 'messageBurst' | 'messagesPerSecond' | 'maxWaitingBytes'>

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const closeCodes = { goingAway: 1001, notText: 1003, notAllowed: 1008, fault: 1011 } as const

/** A large message costs as much as this many bytes' worth of small ones. */
const bytesPerMessage = 16 * 1024

/** The WebSocket of one page. Text frames are JSON messages; anything else closes it, with a reason. */
export class PageSocket {
  readonly line: PortLine
  readonly #socket: WebSocket
  readonly #rate: RateLimit
  #reason: Error | null = null
  #isAlive = true

  constructor(socket: WebSocket, limits: SocketLimits, onFault: (fault: unknown) => void = () => undefined) {
    this.#socket = socket
    this.#rate = new RateLimit(limits.messageBurst, limits.messagesPerSecond)
    this.line = new PortLine({
      post: (json) => this.#post(json, limits.maxWaitingBytes),
      hangUp: () => socket.close(),
      onFault: (fault) => {
        // An unforeseen error over one message must not end the process that serves the other pages.
        onFault(fault)
        this.#end(closeCodes.fault, 'An unforeseen error ended the connection of this page.')
      },
    })
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('ping', () => this.#spend(1))
    socket.on('pong', () => {
      this.#isAlive = true
    })
    // Broken frames; ws itself closes with the code that fits.
    socket.on('error', (error) => (this.#reason ??= error))
    socket.on('close', () => this.line.end(this.#reason))
  }

  /** Tells the page that the server is closing. */
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

  #post(json: string, maxWaitingBytes: number): void {
    if (!this.#isOpen) return
    // With a callback, a socket that breaks meanwhile is no error here; 'close' tells of it.
    this.#socket.send(json, () => undefined)
    if (this.#socket.bufferedAmount > maxWaitingBytes)
      this.#drop(new Error('This page does not read what it is sent.'))
  }

  #receive(data: RawData, isBinary: boolean): void {
    // Messages that were on their way when this side closed are dropped.
    if (!this.#isOpen) return
    this.#isAlive = true
    if (isBinary) {
      this.#end(closeCodes.notText, 'Expected text, received bytes.')
      return
    }
    // By default, ws gives one Buffer for each message.
    const bytes = data as Buffer
    if (this.#spend(1 + bytes.length / bytesPerMessage)) this.line.receiveJson(bytes.toString('utf8'))
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

  /** Closes without a closing frame, which the page would not read. */
  #drop(reason: Error): void {
    this.#reason ??= reason
    this.#socket.terminate()
  }
}
