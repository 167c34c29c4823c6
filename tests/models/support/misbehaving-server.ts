import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers one request for a file, well or badly. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

export interface Heard {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/** A web server on this computer that does as it is told: one behaviour a request, the last one for all that follow. */
export class MisbehavingServer {
  readonly heard: Heard[] = []
  readonly #server: Server
  #script: readonly Behaviour[] = []
  #connections = 0

  private constructor() {
    this.#server = createServer((request, response) => {
      const behave = this.#script[Math.min(this.heard.length, this.#script.length - 1)]
      this.heard.push({ method: request.method!, url: request.url!, headers: request.headers })
      response.on('error', () => undefined)
      if (behave === undefined) response.writeHead(404).end()
      else void behave(request, response)
    })
    this.#server.on('connection', () => (this.#connections += 1))
  }

  static async start(...script: Behaviour[]): Promise<MisbehavingServer> {
    const server = new MisbehavingServer()
    server.#script = script
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get host(): string {
    return new URL(this.origin).host
  }

  /** Sockets that anyone has opened to it. */
  get connections(): number {
    return this.#connections
  }

  /** The ranges that were asked for; null where the whole file was. */
  get ranges(): (string | null)[] {
    return this.heard.map(({ headers }) => headers.range ?? null)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

export interface ServeOptions {
  readonly etag?: string | null
  readonly lastModified?: string
  /** Share of the bytes of this answer after which the connection is lost. */
  readonly dropAt?: number
  /** Share of the bytes of this answer after which nothing more comes. */
  readonly stallAt?: number
  readonly ignoresRanges?: boolean
  /** Without it the size of the body is not told. */
  readonly tellsLength?: boolean
  /** False Content-Range to send. */
  readonly contentRange?: string
  readonly contentLength?: number
}

/** A server of files as it should be, unless told otherwise. */
export function serve(file: Uint8Array, options: ServeOptions = {}): Behaviour {
  const { etag = '"one"', lastModified, ignoresRanges = false, tellsLength = true } = options
  return (request, response) => {
    const asked = ignoresRanges ? null : /^bytes=(\d+)-$/.exec(request.headers.range ?? '')
    const ifRange = request.headers['if-range']
    const isSame = ifRange === undefined || ifRange === etag || ifRange === lastModified
    const start = asked && isSame ? Number(asked[1]) : 0
    if (start >= file.length) {
      response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end()
      return
    }
    const body = file.subarray(start)
    response.writeHead(start > 0 ? 206 : 200, {
      'accept-ranges': 'bytes',
      ...(etag !== null && { etag }),
      ...(lastModified !== undefined && { 'last-modified': lastModified }),
      ...(tellsLength && { 'content-length': options.contentLength ?? body.length }),
      ...(start > 0 && {
        'content-range': options.contentRange ?? `bytes ${start}-${file.length - 1}/${file.length}`,
      }),
    })
    const share = options.dropAt ?? options.stallAt
    if (share === undefined) response.end(body)
    else {
      response.write(body.subarray(0, Math.floor(share * body.length)), () => {
        // Later, so that what was written reaches the other side before the connection is gone.
        if (options.dropAt !== undefined) setTimeout(() => response.destroy(), 20)
      })
    }
  }
}

/** Sends a file, or the rest of it, piece by piece, with a rest in between. */
export function trickle(file: Uint8Array, pieceBytes: number, restMs: number): Behaviour {
  return async (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': file.length - start,
      ...(start > 0 && { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` }),
    })
    for (let at = start; at < file.length && !response.destroyed; at += pieceBytes) {
      response.write(file.subarray(at, at + pieceBytes))
      await new Promise((resolve) => setTimeout(resolve, restMs))
    }
    response.end()
  }
}

export function status(code: number, headers: Record<string, string> = {}): Behaviour {
  return (_request, response) => void response.writeHead(code, headers).end('nothing to see')
}

export const redirect = (location: string, code = 302): Behaviour => status(code, { location })
