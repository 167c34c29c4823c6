import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws'
import type { StudioService, StudioShell } from '../host/index.ts'
import type { Access } from './access.ts'
import type { ServerLimits } from './limits.ts'
import { notLetInSentence, refuseOn } from './refusal.ts'
import type { Session } from './sessions.ts'
import { PageSocket } from './page-socket.ts'

/** The address at which a page opens its line. */
export const socketPath = '/studio'

/** A browser picks and saves files by itself. */
const shell: StudioShell = { facts: { kind: 'browser', platform: process.platform, hasDialogs: false } }

/** Time for a page to answer a closing frame. */
const goodbyeMs = 1000

export interface PageSocketsOptions {
  readonly studio: StudioService
  readonly access: Access
  readonly limits: ServerLimits
  readonly onFault: (fault: unknown) => void
}

/** The pages that are open in browsers, each on its own line to the studio. */
export class PageSockets {
  readonly #options: PageSocketsOptions
  readonly #sockets: WebSocketServer
  readonly #open = new Map<PageSocket, Promise<void>>()
  readonly #pulse: NodeJS.Timeout

  constructor(options: PageSocketsOptions) {
    const { limits } = options
    this.#options = options
    this.#sockets = createSockets(limits)
    this.#pulse = setInterval(() => this.#checkAlive(), limits.pingIntervalMs)
    this.#pulse.unref()
  }

  /** Takes over every request that wants to become a socket. */
  listenOn(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  /** Closes the sockets of all pages, and waits a little for their answers. */
  async close(): Promise<void> {
    clearInterval(this.#pulse)
    this.#sockets.close()
    for (const page of this.#open.keys()) page.leave()
    await Promise.all(this.#open.values())
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // From here on nobody else listens to this connection's errors.
    socket.on('error', () => socket.destroy())
    const session = this.#options.access.sessionOf(request)
    if (session === null) refuseOn(socket, 403, notLetInSentence)
    else if (request.url !== socketPath) refuseOn(socket, 404, 'There is no WebSocket at this address.')
    else if (this.#open.size >= this.#options.limits.maxPages)
      refuseOn(socket, 503, 'Too many pages are open. Close one of them.')
    else this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#welcome(opened, session))
  }

  #welcome(socket: WebSocket, session: Session): void {
    const { studio, limits, onFault } = this.#options
    const page = new PageSocket(socket, limits, onFault)
    const { line } = page
    const off = session.onEnd(() => page.signOut())
    const gone = new Promise<void>((resolve) => {
      line.onClose(() => {
        this.#open.delete(page)
        off()
        resolve()
      })
    })
    this.#open.set(page, gone)
    try {
      studio.connect(line, shell)
    } catch (fault) {
      onFault(fault)
      line.close()
    }
  }

  #checkAlive(): void {
    for (const page of this.#open.keys()) page.checkAlive()
  }
}

function createSockets({ maxMessageBytes }: ServerLimits): WebSocketServer {
  // The types do not know `closeTimeout` yet.
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    // Messages are short, and unpacking them is one more thing that a page could wear the server out with.
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    closeTimeout: goodbyeMs,
  }
  const sockets = new WebSocketServer(options)
  sockets.on('wsClientError', (_error: Error, socket: Duplex) =>
    refuseOn(socket, 400, 'This is not a WebSocket handshake.'),
  )
  return sockets
}
