import { Hono } from 'hono'
import type { MiddlewareHandler } from 'hono'
import { mediaRoot, uploadPath } from '../../shared/contract/media.ts'
import { sessionPath } from '../../shared/contract/session.ts'
import { PasticheError } from '../../shared/errors.ts'
import { securityHeaders } from '../../shared/security-headers.ts'
import type { StudioService } from '../studio/studio-service.ts'
import { answerError, answerText } from './answers.ts'
import type { WebApp, WebEnvironment } from './context.ts'
import { serveMedia } from './media.ts'
import { servePage } from './page-files.ts'
import { receiveUploads, type UploadLimits } from './upload.ts'

export interface WebAppOptions {
  readonly studio: Pick<StudioService, 'media' | 'upload'>
  /** Folder of the built page, absolute. */
  readonly page: string
  /** True for a request from the studio's own page. Left out by the server, which has checked before. */
  readonly isTrusted?: (request: Request) => boolean
  readonly uploads?: Partial<UploadLimits>
  /** Receives every error that is not a PasticheError. */
  readonly onFault?: (fault: unknown) => void
}

/**
 * The studio as a web application: its page, its pictures and its uploads. `pastiche serve` passes it requests that came over HTTP,
 * the desktop app those of its own scheme, and both give the same answers. It never rejects.
 */
export function createWebApp(options: WebAppOptions): WebApp {
  const { studio, page, isTrusted = () => true, onFault = () => undefined } = options
  const app = new Hono<WebEnvironment>()
  app.use(addHeaders, checkTrust(isTrusted), checkMethod)
  // Hono answers HEAD by what answers GET.
  app.get(sessionPath, (context) => context.body(null, 204))
  app.post(uploadPath, receiveUploads(studio, options.uploads))
  app.get(`${mediaRoot}*`, serveMedia(studio))
  app.get('*', servePage(page))
  app.notFound((context) => answerText(context, 'There is nothing here.', 404))
  app.onError((thrown, context) => {
    if (!(thrown instanceof PasticheError)) onFault(thrown)
    return answerError(context, PasticheError.from(thrown))
  })
  return app
}

/** Headers of every answer. An answer that a browser may keep says so itself. */
export const webHeaders: Readonly<Record<string, string>> = {
  ...securityHeaders,
  'Cache-Control': 'no-store',
}

const addHeaders: MiddlewareHandler<WebEnvironment> = async (context, next) => {
  await next()
  const { headers } = context.res
  for (const [name, value] of Object.entries(webHeaders)) if (!headers.has(name)) headers.set(name, value)
}

function checkTrust(isTrusted: (request: Request) => boolean): MiddlewareHandler<WebEnvironment> {
  return async (context, next) => {
    if (isTrusted(context.req.raw)) return next()
    const hint = 'Open it from Pastiche.'
    return answerError(
      context,
      new PasticheError('not-let-in', 'This is for the page of the studio.', { hint }),
    )
  }
}

const checkMethod: MiddlewareHandler<WebEnvironment> = async (context, next) => {
  const allowed = context.req.path === uploadPath ? ['POST'] : ['GET', 'HEAD']
  if (allowed.includes(context.req.method)) return next()
  return answerText(context, `Use ${allowed.join(' or ')} here.`, 405, { Allow: allowed.join(', ') })
}
