import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Access } from './access.ts'
import { restartedPage, signInPage, spentPage } from './sign-in-pages.ts'
import { addSecurityHeaders } from './headers.ts'
import { refuse, refuseOn, sendPage } from './refusal.ts'
import type { Sessions } from './sessions.ts'
import type { SignInTokens } from './sign-in-tokens.ts'

/** The address that the sign-in page posts its token to. */
export const signInPath = '/sign-in'

export interface GuardOptions {
  readonly access: Access
  readonly sessions: Sessions
  readonly tokens: SignInTokens
  /** Answers requests of browsers that are signed in. */
  readonly inside: RequestListener
}

/** Checks every request before anything else does, and passes on those of browsers that are signed in. */
export function guard(server: Server, options: GuardOptions): void {
  const receive = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    addSecurityHeaders(outgoing)
    decide(incoming, outgoing, options)
  }
  server.on('request', receive)
  // Without this, Node asks for the body of a request that is about to be refused.
  server.on('checkContinue', receive)
  server.on('checkExpectation', (_incoming, outgoing) => {
    addSecurityHeaders(outgoing)
    outgoing.writeHead(417, { Connection: 'close' }).end()
  })
  server.on('connect', (_incoming, socket) => {
    // Nobody else listens to this connection's errors.
    socket.on('error', () => socket.destroy())
    refuseOn(socket, 405, 'This is not a proxy.', { Allow: 'GET, HEAD' })
  })
}

function decide(incoming: IncomingMessage, outgoing: ServerResponse, options: GuardOptions): void {
  const { access, sessions, tokens, inside } = options
  if (!access.isHonest(incoming)) {
    refuse(incoming, outgoing)
    return
  }
  const isSignedIn = access.sessionOf(incoming) !== null
  const token = tokenOf(incoming)
  if (incoming.url === signInPath && incoming.method === 'POST') signIn(incoming, outgoing, options)
  // An old address in the history, opened by someone who is in already, does no harm.
  else if (token !== null && isSignedIn) outgoing.writeHead(303, { Location: '/' }).end()
  else if (token !== null && tokens.isValid(token)) sendPage(outgoing, 200, signInPage)
  else if (token !== null) refuse(incoming, outgoing, spentPage)
  else if (isSignedIn && incoming.url === signInPath) outgoing.writeHead(405, { Allow: 'POST' }).end()
  else if (isSignedIn) inside(incoming, outgoing)
  else if (sessions.isClaimed(incoming.headers.cookie ?? '')) refuse(incoming, outgoing, restartedPage)
  else refuse(incoming, outgoing)
}

/**
 * Turns a token into a session. It comes in a header, so that a stranger is answered at once: a body could be made to last. Whoever is
 * in already keeps the session, and the token stays good for another browser.
 */
function signIn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { access, sessions, tokens }: GuardOptions,
): void {
  const [, token = ''] = /^Bearer ([\w-]+)$/.exec(incoming.headers.authorization ?? '') ?? []
  const isSignedIn = access.sessionOf(incoming) !== null
  if (!isSignedIn && !tokens.use(token)) {
    refuse(incoming, outgoing, spentPage)
    return
  }
  if (!isSignedIn) outgoing.setHeader('Set-Cookie', sessions.open())
  outgoing.writeHead(204).end()
}

/** The token of `/?token=…`, the address that the terminal prints. Looking at it uses nothing up. */
function tokenOf({ method = '', url = '' }: IncomingMessage): string | null {
  const isLook = ['GET', 'HEAD'].includes(method) && url.startsWith('/?')
  return isLook ? new URLSearchParams(url.slice(2)).get('token') : null
}
