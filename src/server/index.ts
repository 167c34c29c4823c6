import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { StudioService } from '../host/index.ts'
import { Access } from './access.ts'
import { OwnAddresses } from './addresses.ts'
import { createApp } from './app.ts'
import { createHttpServer } from './connections.ts'
import { guard } from './front-door.ts'
import { defaultLimits, type ServerLimits } from './limits.ts'
import { listen } from './listen.ts'
import { Pages } from './pages.ts'
import { checkPage } from './static-files.ts'

export { isLoopback } from './addresses.ts'
export type { ServerLimits } from './limits.ts'

export interface StudioServerOptions {
  readonly studio: StudioService
  /** Folder of the built page. */
  readonly page: string
  /** What to listen on; by default what only this computer can reach. */
  readonly host?: string
  /** 0, the default, takes one that is free. */
  readonly port?: number
  /** What lets in, in characters of base64url; by default 256 random bits. */
  readonly token?: string
  readonly limits?: Partial<ServerLimits>
  /** Hears of what nobody foresaw. */
  readonly onFault?: (fault: unknown) => void
}

export interface StudioServer {
  /** Opens the studio in a browser. Whoever has it is let in. */
  readonly url: string
  /** The same for other computers, where they can reach this one. */
  readonly otherUrls: readonly string[]
  readonly port: number
  /** Closes every page and connection; the studio stays open. Idempotent. */
  close(): Promise<void>
}

/**
 * Serves the studio to browsers: its page, its line, its pictures, and files that are handed to it.
 *
 * @throws PasticheError `page-missing`, `port-taken`, `cannot-listen`
 */
export async function startStudioServer(options: StudioServerOptions): Promise<StudioServer> {
  const { studio, page, host = '127.0.0.1', onFault = () => undefined } = options
  const token = options.token ?? randomBytes(32).toString('base64url')
  const limits = { ...defaultLimits, ...options.limits }
  await checkPage(page)
  const server = createHttpServer(limits)
  const port = await listen(server, host, options.port ?? 0)
  // Too many open files, say: the connection is lost, the server is not.
  server.on('error', onFault)
  const addresses = new OwnAddresses(host, port)
  const access = new Access(addresses, token, port)
  const app = createApp({ studio, page, limits, onFault })
  // Node's own classes stay as they are for the rest of the process.
  const inside = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  guard(server, access, (incoming, outgoing) => void inside(incoming, outgoing))
  const pages = new Pages({ studio, access, limits, onFault })
  pages.listenOn(server)
  const [url = '', ...otherUrls] = addresses.urls().map((address) => `${address}/?token=${token}`)
  let closing: Promise<void> | null = null
  return { url, otherUrls, port, close: () => (closing ??= close(server, pages)) }
}

async function close(server: Server, pages: Pages): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  await pages.close()
  // Downloads and uploads that are under way.
  server.closeAllConnections()
  await closed
}
