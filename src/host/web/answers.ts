import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { uploadPath } from '../../shared/contract/media.ts'
import { hintInStudio, type ErrorCode, type PasticheError } from '../../shared/errors.ts'
import type { WebContext } from './context.ts'

/** All others are the fault of the request: 400. */
const statuses: Readonly<Partial<Record<ErrorCode, ContentfulStatusCode>>> = {
  'not-let-in': 403,
  'unknown-ticket': 404,
  'unknown-result': 404,
  'file-not-found': 404,
  'upload-refused': 413,
  'file-not-readable': 500,
  'output-not-writable': 500,
  'out-of-memory': 500,
  'engine-lost': 500,
  'engine-hung': 500,
  'engine-mismatch': 500,
  internal: 500,
  'store-busy': 503,
  'disk-full': 507,
}

/** An error in the form that its address promises: JSON for uploads, a sentence elsewhere. */
export function answerError(context: WebContext, error: PasticheError): Response {
  const status = statuses[error.code] ?? 400
  if (context.req.path === uploadPath) return context.json({ error: error.toData() }, status)
  return answerText(context, `${error.message} ${hintInStudio(error)}`, status)
}

/** A sentence with its length, which answers to HEAD state as well. */
export function answerText(
  context: WebContext,
  text: string,
  status: ContentfulStatusCode,
  headers: Record<string, string> = {},
): Response {
  return context.text(text, status, { ...headers, 'Content-Length': String(Buffer.byteLength(text)) })
}
