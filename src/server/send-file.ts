import { open, type FileHandle } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { PasticheError } from '../shared/errors.ts'
import { readRange } from './byte-range.ts'
import type { ServerContext } from './context.ts'

export interface SentFile {
  readonly path: string
  readonly contentType: string
  readonly cacheControl: string
  /** The name to save it under; null where the page shows it. */
  readonly downloadName: string | null
}

/**
 * Answers GET and HEAD with a file, in pieces as they are read; or with one range of its bytes.
 *
 * @throws PasticheError `file-not-found`, `file-not-readable`
 */
export async function sendFile(context: ServerContext, file: SentFile): Promise<Response> {
  const handle = await openFile(file.path)
  try {
    await answer(context.env, handle, file)
    return RESPONSE_ALREADY_SENT
  } finally {
    await handle.close()
  }
}

async function answer(
  { incoming, outgoing }: ServerContext['env'],
  handle: FileHandle,
  file: SentFile,
): Promise<void> {
  const sizeBytes = await fileSize(handle)
  const range = readRange(rangeHeader(incoming), sizeBytes)
  outgoing.setHeader('Accept-Ranges', 'bytes')
  if (range === 'unsatisfiable') {
    outgoing.writeHead(416, { 'Content-Range': `bytes */${sizeBytes}`, 'Content-Length': 0 }).end()
    return
  }
  const { first, last } = range === 'whole' ? { first: 0, last: sizeBytes - 1 } : range
  if (range !== 'whole') outgoing.setHeader('Content-Range', `bytes ${first}-${last}/${sizeBytes}`)
  outgoing.writeHead(range === 'whole' ? 200 : 206, {
    'Content-Type': file.contentType,
    'Content-Length': last - first + 1,
    'Cache-Control': file.cacheControl,
    ...(file.downloadName === null ? {} : { 'Content-Disposition': attachment(file.downloadName) }),
  })
  if (incoming.method === 'HEAD' || sizeBytes === 0) {
    outgoing.end()
    return
  }
  // No further than was announced, should the file grow meanwhile.
  const bytes = handle.createReadStream({ autoClose: false, start: first, end: last })
  // What breaks now breaks the connection: either the reader has gone, or sees that something is missing.
  await pipeline(bytes, outgoing).catch(() => outgoing.destroy())
}

/** Ranges are of GET alone; and as no answer has a validator, none can be the one that `If-Range` means (RFC 9110, 13.1.5). */
function rangeHeader({ method, headers }: IncomingMessage): string | null {
  return method === 'GET' && headers['if-range'] === undefined ? (headers.range ?? null) : null
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    const isGone = ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')
    throw isGone
      ? new PasticheError('file-not-found', 'This file no longer exists.', { cause })
      : new PasticheError('file-not-readable', 'This file could not be read.', { cause })
  }
}

async function fileSize(handle: FileHandle): Promise<number> {
  const facts = await handle.stat()
  if (!facts.isFile()) throw new PasticheError('file-not-found', 'This is not a file.')
  return facts.size
}

/** https://www.rfc-editor.org/rfc/rfc6266, in the form that holds any name. */
function attachment(name: string): string {
  // Half a surrogate pair, which file names of Windows may hold, cannot be encoded.
  const whole = Buffer.from(name, 'utf8').toString('utf8')
  const encoded = encodeURIComponent(whole).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename*=UTF-8''${encoded}`
}
