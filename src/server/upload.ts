import type { IncomingMessage } from 'node:http'
import { parseOrThrow } from '../shared/describe-issue.ts'
import { uploadPurpose } from '../shared/contract/media.ts'
import { PasticheError } from '../shared/errors.ts'
import type { StudioService } from '../host/index.ts'
import type { ServerContext } from './context.ts'
import type { ServerLimits } from './limits.ts'

/** `POST /upload?for=picture&name=photo.jpg`: the body goes to the studio as it comes, never whole into memory. */
export function receiveUploads(
  studio: StudioService,
  limits: ServerLimits,
): (context: ServerContext) => Promise<Response> {
  let running = 0
  return async (context) => {
    const { incoming, outgoing } = context.env
    if (running >= limits.maxUploads)
      throw new PasticheError('upload-refused', 'Too many files are being uploaded at once.', {
        hint: 'Wait for some to finish.',
      })
    running += 1
    try {
      const purpose = parseOrThrow(uploadPurpose, context.req.query('for'), { root: 'the purpose of a file' })
      const maxBytes = limits.uploadBytes[purpose]
      if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
      if (incoming.headers.expect !== undefined) outgoing.writeContinue()
      const name = plainName(context.req.query('name') ?? '')
      const body = readBody(incoming, maxBytes, limits.uploadStallMs)
      return context.json({ ticket: await studio.upload({ purpose, name, body }) })
    } finally {
      running -= 1
    }
  }
}

/** @throws PasticheError `upload-refused`; `connection-closed` when the page goes, or stands still for too long */
async function* readBody(
  incoming: IncomingMessage,
  maxBytes: number,
  stallMs: number,
): AsyncGenerator<Uint8Array> {
  // Node then destroys the connection, which ends the loop.
  incoming.setTimeout(stallMs)
  let bytes = 0
  try {
    // The connection must outlive a refusal, to carry it.
    for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof PasticheError) throw cause
    throw new PasticheError('connection-closed', 'The upload was interrupted.', { cause })
  }
  incoming.setTimeout(0)
}

function tooLarge(maxBytes: number): PasticheError {
  const size = maxBytes >= 2 ** 20 ? `${maxBytes / 2 ** 20} MB` : `${maxBytes} bytes`
  return new PasticheError('upload-refused', `This file is too large (limit ${size}).`)
}

/** The last part of what a page calls a file, without what has no place in a name. It is shown, never part of a path. */
function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  const plain = last.replace(/\p{Cc}/gu, '').slice(0, 255)
  return ['', '.', '..'].includes(plain) ? 'unnamed' : plain
}
