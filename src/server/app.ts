import { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { mediaRoot, uploadPath } from '../shared/contract/media.ts'
import { sessionPath } from '../shared/contract/session.ts'
import { hintInStudio, PasticheError, type ErrorCode } from '../shared/errors.ts'
import type { StudioService } from '../host/index.ts'
import type { ServerContext, ServerEnvironment } from './context.ts'
import { signInPath } from './front-door.ts'
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
    const allowed = allowedMethods(new URL(context.req.url).pathname)
    if (allowed.includes(context.req.method)) return next()
    const Allow = allowed.join(', ')
    return answerText(context, `Use ${allowed.join(' or ')} here.`, 405, { Allow })
  })
  // Hono answers HEAD by what answers GET.
  app.get(sessionPath, (context) => context.body(null, 204))
  app.post(uploadPath, receiveUploads(studio, limits))
  app.get(`${mediaRoot}*`, serveMedia(studio))
  app.get('*', servePage(page))
  app.notFound((context) => answerText(context, 'There is nothing here.', 404))
  app.onError((thrown, context) => {
    if (!(thrown instanceof PasticheError)) onFault(thrown)
    return answerError(context, PasticheError.from(thrown))
  })
  return app
}

function allowedMethods(pathname: string): string[] {
  return [uploadPath, signInPath].includes(pathname) ? ['POST'] : ['GET', 'HEAD']
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
  return answerText(context, `${error.message} ${hintInStudio(error)}`, status)
}

/** With its length, which HEAD is to be told as well. */
function answerText(
  context: ServerContext,
  text: string,
  status: ContentfulStatusCode,
  headers: Record<string, string> = {},
): Response {
  return context.text(text, status, { ...headers, 'Content-Length': String(Buffer.byteLength(text)) })
}
