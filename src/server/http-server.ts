import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ServerLimits } from './limits.ts'
import { refuseOn } from './refusal.ts'

/** A server whose timeouts and limits keep slow and silent connections from filling it up. */
export function createHttpServer(limits: ServerLimits): Server {
  const server = createServer({
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.timeoutCheckMs,
    // Refused by the front door, with all headers.
    requireHostHeader: false,
  })
  server.maxConnections = limits.maxConnections
  server.on('clientError', answerNonsense)
  limitSilence(server, limits.maxSilentConnections)
  return server
}

/** Above the limit, the oldest connection without a request is closed: one that brings a request always gets in. */
function limitSilence(server: Server, maxSilent: number): void {
  const silent = new Set<Duplex>()
  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
    const [oldest] = silent
    if (silent.size > maxSilent) oldest?.destroy()
  })
  const hear = ({ socket }: IncomingMessage): void => void silent.delete(socket)
  for (const event of ['request', 'upgrade', 'checkContinue', 'checkExpectation']) server.on(event, hear)
}

interface ClientError extends NodeJS.ErrnoException {
  /** The bytes that could not be parsed. */
  readonly rawPacket?: Buffer
}

/** Answers bytes that are not HTTP, and requests that are too long or too slow. */
function answerNonsense(error: ClientError, socket: Duplex): void {
  const { bytesRead = 0, bytesWritten = 0 } = socket as Partial<Socket>
  const isMute = bytesRead === 0 || bytesWritten > 0
  if (error.code === 'ECONNRESET' || !socket.writable || isMute) socket.destroy()
  else if (error.code === 'HPE_HEADER_OVERFLOW') refuseOn(socket, 431, 'The request is too long.')
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') refuseOn(socket, 408, 'The request took too long.')
  else if (error.code === 'HPE_INVALID_METHOD' && isRequestLine(error.rawPacket))
    refuseOn(socket, 405, 'Use GET or HEAD here.', { Allow: 'GET, HEAD' })
  else refuseOn(socket, 400, 'This is not an HTTP request.')
}

/** True for bytes that begin like a request, with a method that Node does not know. */
function isRequestLine(bytes: Buffer | undefined): boolean {
  return /^[A-Z]+ \S+ HTTP\/1\.\d\r\n/.test(bytes?.toString('latin1') ?? '')
}
