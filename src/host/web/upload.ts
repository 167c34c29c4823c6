import { uploadPurpose, uploadPurposes, type UploadPurpose } from '../../shared/contract/media.ts'
import { parseOrThrow } from '../../shared/describe-issue.ts'
import { PasticheError } from '../../shared/errors.ts'
import type { StudioService } from '../studio/studio-service.ts'
import type { WebContext } from './context.ts'

export interface UploadLimits {
  /** Uploads at once. */
  readonly maxUploads: number
  /** Bytes of one file, by its purpose. */
  readonly uploadBytes: Readonly<Record<UploadPurpose, number>>
}

/** A browser opens six connections to a host; this allows several browsers at work. */
export const defaultUploadLimits: UploadLimits = { maxUploads: 16, uploadBytes: uploadPurposes }

/** `POST /upload?for=picture&name=photo.jpg`: streams the body to the studio, never all of it in memory. */
export function receiveUploads(
  studio: Pick<StudioService, 'upload'>,
  limits: Partial<UploadLimits> = {},
): (context: WebContext) => Promise<Response> {
  const { maxUploads, uploadBytes } = { ...defaultUploadLimits, ...limits }
  let running = 0
  return async (context) => {
    if (running >= maxUploads)
      throw new PasticheError('upload-refused', 'Too many files are being uploaded at once.', {
        hint: 'Wait until some have arrived.',
      })
    running += 1
    try {
      const purpose = parseOrThrow(uploadPurpose, context.req.query('for'), { root: 'the purpose of a file' })
      const maxBytes = uploadBytes[purpose]
      if (Number(context.req.header('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
      context.env.askForBody?.()
      const name = plainName(context.req.query('name') ?? '')
      const body = readBody(context.req.raw.body, maxBytes)
      return context.json({ ticket: await studio.upload({ purpose, name, body }) })
    } finally {
      running -= 1
    }
  }
}

/** @throws PasticheError `upload-refused` above `maxBytes`; `connection-closed` when the page has gone or stalled */
async function* readBody(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  if (body === null) return
  let bytes = 0
  try {
    // After a refusal, the connection is still needed to carry it.
    for await (const chunk of body.values({ preventCancel: true })) {
      bytes += chunk.length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof PasticheError) throw cause
    throw new PasticheError('connection-closed', 'The upload was interrupted.', { cause })
  }
}

function tooLarge(maxBytes: number): PasticheError {
  const size = maxBytes >= 2 ** 20 ? `${maxBytes / 2 ** 20} MB` : `${maxBytes} bytes`
  return new PasticheError('upload-refused', `This file is too large (limit ${size}).`)
}

/** The last part of the name that the page gives, without control characters. It is shown, never part of a path. */
function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  const plain = last.replace(/\p{Cc}/gu, '').slice(0, 255)
  return ['', '.', '..'].includes(plain) ? 'unnamed' : plain
}
