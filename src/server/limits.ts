import { defaultUploadLimits, type UploadLimits } from '../host/web/upload.ts'

/** Limits that keep one page or client from exhausting the server. */
export interface ServerLimits extends UploadLimits {
  /** Pages open at once. */
  readonly maxPages: number
  /** Browsers that are signed in at once. */
  readonly maxSessions: number
  /** One message of a page. */
  readonly maxMessageBytes: number
  /** Messages that a page may send at once, and how fast that allowance grows back. A large one counts several times. */
  readonly messageBurst: number
  readonly messagesPerSecond: number
  /** Bytes waiting to be sent to a page that does not read. */
  readonly maxWaitingBytes: number
  /** Interval between pings; a page that has not answered one by the next is dropped. */
  readonly pingIntervalMs: number
  /** Time that an upload may stand still. */
  readonly uploadStallMs: number
  readonly maxConnections: number
  /** Connections without a request so far. */
  readonly maxSilentConnections: number
  /** From the connection to the end of the request's headers. */
  readonly headersTimeoutMs: number
  /** From the connection to the end of the request, an upload's last byte. */
  readonly requestTimeoutMs: number
  readonly keepAliveMs: number
  /** Interval at which Node looks for connections that have passed these times. */
  readonly timeoutCheckMs: number
}

export const defaultLimits: ServerLimits = {
  maxPages: 32,
  maxSessions: 32,
  maxMessageBytes: 2 ** 20,
  messageBurst: 600,
  messagesPerSecond: 200,
  maxWaitingBytes: 32 * 2 ** 20,
  pingIntervalMs: 20_000,
  ...defaultUploadLimits,
  uploadStallMs: 60_000,
  // Well below the 1024 open files that many systems allow a process.
  maxConnections: 512,
  maxSilentConnections: 128,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30 * 60_000,
  keepAliveMs: 5_000,
  timeoutCheckMs: 2_000,
}
