import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { isVisit, type Access } from './access.ts'
import { addSecurityHeaders } from './headers.ts'
import { leadOn, refuse } from './refusal.ts'

/** Looks at every request before anything else does, and passes on those that may come in. */
export function guard(server: Server, access: Access, inside: RequestListener): void {
  const receive = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    addSecurityHeaders(outgoing)
    const verdict = access.judge(incoming)
    if (verdict === 'admitted') inside(incoming, outgoing)
    else if (verdict === 'entered') enter(incoming, outgoing, access)
    else refuse(incoming, outgoing)
  }
  server.on('request', receive)
  // Else Node asks for the body of a request that is about to be refused.
  server.on('checkContinue', receive)
  server.on('checkExpectation', (_incoming, outgoing) => {
    addSecurityHeaders(outgoing)
    outgoing.writeHead(417, { Connection: 'close' }).end()
  })
}

/** Turns the token of the address into a cookie, so that the address bar and the history do not keep it. */
function enter(incoming: IncomingMessage, outgoing: ServerResponse, access: Access): void {
  outgoing.setHeader('Set-Cookie', access.cookie)
  const { 'sec-fetch-site': site } = incoming.headers
  const isOwnDoing = site === undefined || site === 'none' || site === 'same-origin'
  if (!isOwnDoing && isVisit(incoming)) leadOn(outgoing)
  else outgoing.writeHead(303, { Location: '/' }).end()
}
