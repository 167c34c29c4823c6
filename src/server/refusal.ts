import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { uploadPath } from '../shared/contract/media.ts'
import { PasticheError } from '../shared/errors.ts'
import { strangerPage, type SignInPage } from './sign-in-pages.ts'
import { answerHeaders } from './headers.ts'

const notLetIn = new PasticheError('not-let-in', 'This browser is not signed in.')

/** Refuses a request in the form that was asked for, and closes the connection without waiting for a body. */
export function refuse(incoming: IncomingMessage, outgoing: ServerResponse, page = strangerPage): void {
  outgoing.setHeader('Connection', 'close')
  if (incoming.url?.startsWith(uploadPath) === true) {
    const body = JSON.stringify({ error: notLetIn.toData() })
    send(outgoing, 403, 'application/json', body)
  } else sendPage(outgoing, 403, page)
}

export function sendPage(outgoing: ServerResponse, status: number, page: SignInPage): void {
  outgoing.setHeader('Content-Security-Policy', page.contentSecurityPolicy)
  send(outgoing, status, 'text/html', page.html)
}

/** Node leaves the body out of an answer to HEAD. */
function send(outgoing: ServerResponse, status: number, type: string, body: string): void {
  outgoing
    .writeHead(status, {
      'Content-Type': `${type}; charset=utf-8`,
      'Content-Length': Buffer.byteLength(body),
    })
    .end(body)
}

/** Answers on a bare connection, where Node has no response to write to, and hangs up. */
export function refuseOn(
  socket: Duplex,
  status: number,
  sentence: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const headers = {
    ...answerHeaders,
    ...more,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(sentence)),
    Connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const answer = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', sentence].join('\r\n')
  socket.end(answer, () => socket.destroy())
}

/** The answer to a socket that is refused. */
export const notLetInSentence = `${notLetIn.message} ${notLetIn.hint}`
