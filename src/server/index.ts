import { once } from 'node:events'
import type { Server } from 'node:http'
import type { StudioService } from '../host/index.ts'
import { createWebApp } from '../host/web/app.ts'
import { checkPage } from '../host/web/page-files.ts'
import { Access } from './access.ts'
import { OwnAddresses } from './addresses.ts'
import { createHttpServer } from './http-server.ts'
import { guard } from './request-guard.ts'
import { httpListener } from './http-listener.ts'
import { createInvitation, type Invitation } from './invitation.ts'
import { defaultLimits, type ServerLimits } from './limits.ts'
import { listen } from './listen.ts'
import { PageSockets } from './page-sockets.ts'
import { Sessions } from './sessions.ts'
import { SignInTokens } from './sign-in-tokens.ts'

export { isLoopback } from './addresses.ts'
export type { Invitation } from './invitation.ts'
export type { ServerLimits } from './limits.ts'
export type { TokenEnd } from './sign-in-tokens.ts'

export interface StudioServerOptions {
  readonly studio: StudioService
  /** Folder of the built page. */
  readonly page: string
  /** Address to listen on; by default one that only this computer can reach. */
  readonly host?: string
  /** 0, the default, takes one that is free. */
  readonly port?: number
  readonly limits?: Partial<ServerLimits>
  /** Receives every unforeseen error. */
  readonly onFault?: (fault: unknown) => void
}

export interface StudioServer {
  readonly port: number
  /** @param lifeMs time after which unused addresses expire; null for as long as the server runs */
  invite(lifeMs: number | null): Invitation
  /** Closes every page and connection, and signs all browsers out; the studio stays open. Idempotent. */
  close(): Promise<void>
}

/**
 * Serves the studio to browsers: its page, its line, its pictures and its uploads.
 *
 * @throws PasticheError `page-missing`, `port-taken`, `cannot-listen`
 */
export async function startStudioServer(options: StudioServerOptions): Promise<StudioServer> {
  const { studio, page, host = '127.0.0.1', onFault = () => undefined } = options
  const limits = { ...defaultLimits, ...options.limits }
  await checkPage(page)
  const server = createHttpServer(limits)
  const port = await listen(server, host, options.port ?? 0)
  // Too many open files, say: the connection is lost, the server is not.
  server.on('error', onFault)
  const addresses = new OwnAddresses(host, port)
  const tokens = new SignInTokens()
  const sessions = new Sessions(port, limits.maxSessions)
  const access = new Access(addresses, sessions)
  const inside = httpListener(createWebApp({ studio, page, uploads: limits, onFault }), limits.uploadStallMs)
  guard(server, { access, sessions, tokens, inside })
  const pages = new PageSockets({ studio, access, limits, onFault })
  pages.listenOn(server)
  let closing: Promise<void> | null = null
  return {
    port,
    invite: (lifeMs) => createInvitation(addresses, tokens.issue(lifeMs)),
    close: () => {
      tokens.revokeAll()
      return (closing ??= close(server, pages))
    },
  }
}

async function close(server: Server, pages: PageSockets): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  await pages.close()
  // Downloads and uploads that are under way.
  server.closeAllConnections()
  await closed
}
