import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { PasticheError } from '../shared/errors.ts'
import { uploadPath } from '../shared/contract/media.ts'
import { securityHeaders } from './headers.ts'

/** Says neither what was wrong nor what there would be to see. */
const notLetIn = new PasticheError('not-let-in', 'This studio opens only for who started it.')

/** Turns a stranger away, in plain words and in the form that was asked for, and hangs up. */
export function refuse(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const isUpload = incoming.url?.startsWith(uploadPath) === true
  const [type, body] = isUpload
    ? ['application/json', JSON.stringify({ error: notLetIn.toData() })]
    : ['text/html', page('Pastiche', `<h1>${notLetIn.message}</h1>\n<p>${notLetIn.hint}</p>`)]
  outgoing.writeHead(403, { 'Content-Type': `${type}; charset=utf-8`, Connection: 'close' }).end(body)
}

/**
 * Lets someone in who came by the link of another page. Browsers keep a strict cookie back from all that such a link
 * leads to, redirects included; a page that leads on by itself is not the other page's doing any more.
 */
export function leadOn(outgoing: ServerResponse): void {
  const onward = '<meta http-equiv="refresh" content="0; url=/">'
  outgoing
    .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
    .end(page('Pastiche', '<p><a href="/">Open the studio</a></p>', onward))
}

function page(title: string, body: string, head = ''): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">${head}
<title>${title}</title>
${body}
</html>
`
}

/** Answers on a bare connection, where Node has no response to write to, and hangs up. */
export function refuseOn(socket: Duplex, status: number, sentence: string): void {
  const headers = {
    ...securityHeaders,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(sentence)),
    Connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const answer = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', sentence].join('\r\n')
  socket.end(answer, () => socket.destroy())
}

/** What stands in a plain answer to someone who is in, or on a socket that is not opened. */
export function sentenceOf({ message, hint }: PasticheError): string {
  return `${message} ${hint}`
}

export const notLetInSentence = sentenceOf(notLetIn)
