import { open, type FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { ServerContext } from './context.ts'
import { PasticheError } from '../shared/errors.ts'

export interface SentFile {
  readonly path: string
  readonly contentType: string
  readonly cacheControl: string
  /** The name to save it under; null where the page shows it. */
  readonly downloadName: string | null
}

/**
 * Answers with a file, in pieces as they are read.
 *
 * @throws PasticheError `file-not-found`, `file-not-readable`
 */
export async function sendFile(context: ServerContext, file: SentFile): Promise<Response> {
  const handle = await openFile(file.path)
  try {
    const sizeBytes = await fileSize(handle)
    const { outgoing } = context.env
    outgoing.writeHead(200, {
      'Content-Type': file.contentType,
      'Content-Length': sizeBytes,
      'Cache-Control': file.cacheControl,
      ...(file.downloadName === null ? {} : { 'Content-Disposition': attachment(file.downloadName) }),
    })
    // No further than was announced, should the file grow meanwhile.
    const bytes = handle.createReadStream({ autoClose: false, end: Math.max(sizeBytes - 1, 0) })
    // What breaks now breaks the connection: either the reader has gone, or sees that something is missing.
    await pipeline(bytes, outgoing).catch(() => outgoing.destroy())
    return RESPONSE_ALREADY_SENT
  } finally {
    await handle.close()
  }
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
  if (!facts.isFile()) throw new PasticheError('file-not-found', 'Expected a file, found something else.')
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
