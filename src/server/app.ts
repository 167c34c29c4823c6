import { Hono } from 'hono'
import { mediaRoot, uploadPath } from '../shared/contract/media.ts'
import { hintInStudio, PasticheError, type ErrorCode } from '../shared/errors.ts'
import type { StudioService } from '../host/index.ts'
import type { ServerContext, ServerEnvironment } from './context.ts'
import type { ServerLimits } from './limits.ts'
import { serveMedia } from './media.ts'
import { servePage } from './static-files.ts'
import { receiveUploads } from './upload.ts'

export interface AppOptions {
  readonly studio: StudioService
  /** Folder of the built page. */
  readonly page: string
  readonly limits: ServerLimits
  readonly onFault: (fault: unknown) => void
}

/** What there is for someone who is in. */
export function createApp({ studio, page, limits, onFault }: AppOptions): Hono<ServerEnvironment> {
  const app = new Hono<ServerEnvironment>()
  app.use(async (context, next) => {
    const allowed = new URL(context.req.url).pathname === uploadPath ? 'POST' : 'GET'
    if (context.req.method === allowed) return next()
    return context.text(`Only ${allowed} is known here.`, 405, { Allow: allowed })
  })
  app.post(uploadPath, receiveUploads(studio, limits))
  app.get(`${mediaRoot}*`, serveMedia(studio))
  app.get('*', servePage(page))
  app.notFound((context) => context.text('There is nothing here.', 404))
  app.onError((thrown, context) => {
    if (!(thrown instanceof PasticheError)) onFault(thrown)
    return answerError(context, PasticheError.from(thrown))
  })
  return app
}

const statuses = {
  'unknown-ticket': 404,
  'unknown-result': 404,
  'file-not-found': 404,
  'upload-refused': 413,
  'disk-full': 507,
  'output-not-writable': 500,
  'engine-lost': 500,
  'engine-hung': 500,
  internal: 500,
} as const satisfies Partial<Record<ErrorCode, number>>

function answerError(context: ServerContext, error: PasticheError): Response {
  const status = Object.hasOwn(statuses, error.code) ? statuses[error.code as keyof typeof statuses] : 400
  if (new URL(context.req.url).pathname === uploadPath) return context.json({ error: error.toData() }, status)
  return context.text(`${error.message} ${hintInStudio(error)}`, status)
}
