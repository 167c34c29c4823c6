import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import type { SchemeHandler } from './session.ts'

const scheme = 'pastiche'
const hostSuffix = `.${scheme}.localhost`

/**
 * A browser knows no scheme that it was not built with: `pastiche://studio/…` is `http://studio.pastiche.localhost:…/…` there, which
 * is as secure a context. What asks for it is handed to the handler that the app has registered, and to nothing else.
 */
export class OriginServer {
  readonly #server: Server
  readonly #handler: () => SchemeHandler | undefined

  constructor(handler: () => SchemeHandler | undefined) {
    this.#handler = handler
    this.#server = createServer((incoming, outgoing) => void this.#answer(incoming, outgoing))
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** How the browser writes an address of the app. */
  toBrowser(address: string): string {
    const { host, pathname, search, hash } = new URL(address)
    if (!address.startsWith(`${scheme}:`)) return address
    return `http://${host}${hostSuffix}:${this.#port}${pathname}${search}${hash}`
  }

  /** How the app writes an address of the browser. */
  toApp(address: string): string {
    if (!URL.canParse(address)) return address
    const { hostname, port, pathname, search, hash } = new URL(address)
    if (!hostname.endsWith(hostSuffix) || port !== this.#port) return address
    return `${scheme}://${hostname.slice(0, -hostSuffix.length)}${pathname}${search}${hash}`
  }

  /** As Electron serializes it. */
  originOf(address: string): string {
    const url = new URL(this.toApp(address))
    return url.protocol === `${scheme}:` ? `${url.protocol}//${url.host}` : url.origin
  }

  get #port(): string {
    return String((this.#server.address() as AddressInfo).port)
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const handler = this.#handler()
    if (handler === undefined) {
      outgoing.writeHead(502).end()
      return
    }
    const response = await handler(this.#request(incoming))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    if (response.body === null) outgoing.end()
    else await pipeline(Readable.fromWeb(response.body as NodeStream), outgoing).catch(() => undefined)
  }

  #request(incoming: IncomingMessage): Request {
    const { method = 'GET', headers } = incoming
    const address = this.toApp(`http://${headers.host ?? ''}${incoming.url ?? ''}`)
    const hasBody = method !== 'GET' && method !== 'HEAD'
    const body = hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}
    const request = new Request(address, { method, ...body })
    const initiatorOrigin = this.#initiator(headers)
    return initiatorOrigin === undefined ? request : Object.assign(request, { initiatorOrigin })
  }

  /** From headers that the browser sets and a page cannot: `initiatorOrigin` of Electron. */
  #initiator(headers: IncomingMessage['headers']): string | undefined {
    const site = headers['sec-fetch-site']
    if (site === 'none') return undefined
    if (site === 'same-origin') return this.originOf(`http://${headers.host ?? ''}/`)
    return headers.origin ?? 'null'
  }
}
