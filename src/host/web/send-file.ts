import { open, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { PasticheError } from '../../shared/errors.ts'
import type { WebContext } from './context.ts'
import { readRange, type ByteRange } from './byte-range.ts'

export interface SentFile {
  readonly path: string
  readonly contentType: string
  readonly cacheControl: string
  /** The name to save it under; null where the page shows it. */
  readonly downloadName: string | null
}

/**
 * Answers GET and HEAD with a file, or one range of its bytes, read piece by piece.
 *
 * @throws PasticheError `file-not-found`, `file-not-readable`
 */
export async function sendFile({ req: { raw } }: WebContext, file: SentFile): Promise<Response> {
  const handle = await openFile(file.path)
  let body: ReadableStream<Uint8Array> | null = null
  try {
    const sizeBytes = await fileSize(handle)
    const range = readRange(rangeHeader(raw), sizeBytes)
    if (range === 'unsatisfiable') return notSatisfiable(sizeBytes)
    const { first, last } = range === 'whole' ? { first: 0, last: sizeBytes - 1 } : range
    if (raw.method === 'GET' && sizeBytes > 0) body = readPart(handle, first, last)
    return new Response(body, {
      status: range === 'whole' ? 200 : 206,
      headers: { ...fileHeaders(file), ...partHeaders(range, sizeBytes) },
    })
  } finally {
    // A body closes it at its end, or when it is cancelled.
    if (body === null) await handle.close()
  }
}

/** No further than was announced, should the file grow meanwhile. */
function readPart(handle: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
  return Readable.toWeb(handle.createReadStream({ start, end })) as ReadableStream<Uint8Array>
}

function fileHeaders({ contentType, cacheControl, downloadName }: SentFile): Record<string, string> {
  return {
    'Accept-Ranges': 'bytes',
    'Content-Type': contentType,
    'Cache-Control': cacheControl,
    ...(downloadName === null ? {} : { 'Content-Disposition': attachment(downloadName) }),
  }
}

function partHeaders(range: Exclude<ByteRange, 'unsatisfiable'>, sizeBytes: number): Record<string, string> {
  if (range === 'whole') return { 'Content-Length': String(sizeBytes) }
  const { first, last } = range
  return {
    'Content-Length': String(last - first + 1),
    'Content-Range': `bytes ${first}-${last}/${sizeBytes}`,
  }
}

function notSatisfiable(sizeBytes: number): Response {
  const headers = { 'Accept-Ranges': 'bytes', 'Content-Range': `bytes */${sizeBytes}`, 'Content-Length': '0' }
  return new Response(null, { status: 416, headers })
}

/** Only GET has ranges; and as no answer has a validator, `If-Range` can never match (RFC 9110, 13.1.5). */
function rangeHeader({ method, headers }: Request): string | null {
  return method === 'GET' && !headers.has('if-range') ? headers.get('range') : null
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    const isGone = ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')
    throw isGone
      ? new PasticheError('file-not-found', 'This file is no longer there.', { cause })
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
