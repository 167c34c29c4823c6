import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { protocol } from 'electron'
import type { Protocol } from 'electron'
import { z } from 'zod'
import type { StudioService } from '../host/index.ts'
import { mediaRoot, readMediaPath, uploadPath, uploadPurpose } from '../shared/contract/media.ts'
import { parseOrThrow } from '../shared/describe-issue.ts'
import { PasticheError, type ErrorCode } from '../shared/errors.ts'
import { securityHeaders } from '../shared/security-headers.ts'
import { appOrigin, appScheme, isOwnAddress } from './origin.ts'
import { readPageFile } from './page-files.ts'

export interface AppSchemeOptions {
  /** The folder of the built page, absolute and without a slash at its end. */
  readonly pageRoot: string
  readonly studio: Pick<StudioService, 'media' | 'upload'>
}

/** Set by the browser, not by the page; absent where the browser itself asks. Missing in the types of `Request`. */
type InitiatedRequest = Request & { readonly initiatorOrigin?: string }

const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  'unknown-ticket': 404,
  'file-not-found': 404,
  'upload-refused': 413,
  internal: 500,
  'disk-full': 500,
  'output-not-writable': 500,
}

const uploadQuery = z.object({ for: uploadPurpose, name: z.string().min(1).max(255) })

/** Before the app is ready: the scheme is as good as https, and no better. */
export function registerAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true }
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges }])
}

/** Serves the page, its pictures and its uploads, once the app is ready. */
export function serveAppScheme(handler: Pick<Protocol, 'handle'>, options: AppSchemeOptions): void {
  handler.handle(appScheme, (request) => answerRequest(request, options))
}

/** Answers every request, with a status that says what is wrong where something is. Never rejects. */
export async function answerRequest(request: InitiatedRequest, options: AppSchemeOptions): Promise<Response> {
  try {
    return await route(request, options)
  } catch (thrown) {
    const error = PasticheError.from(thrown)
    return answerJson({ error: error.toData() }, statusOf(error))
  }
}

async function route(request: InitiatedRequest, { pageRoot, studio }: AppSchemeOptions): Promise<Response> {
  const { pathname, search, searchParams } = new URL(request.url)
  const initiator = request.initiatorOrigin
  if (!isOwnAddress(request.url) || (initiator !== undefined && initiator !== appOrigin)) return refuse(403)
  if (pathname === uploadPath) {
    // Nobody but the page uploads: not even the browser of its own accord.
    if (request.method !== 'POST' || initiator === undefined) return refuse(405, { allow: 'POST' })
    return answerUpload(request, searchParams, studio)
  }
  const isHead = request.method === 'HEAD'
  if (request.method !== 'GET' && !isHead) return refuse(405, { allow: 'GET, HEAD' })
  if (pathname.startsWith(mediaRoot)) return answerMedia(pathname + search, isHead, studio)
  const file = await readPageFile(pageRoot, pathname)
  if (file === null) return refuse(404)
  const headers = {
    ...securityHeaders,
    'content-type': file.contentType,
    'content-length': String(file.bytes.length),
  }
  return new Response(isHead ? null : file.bytes, { headers })
}

async function answerMedia(
  path: string,
  isHead: boolean,
  studio: AppSchemeOptions['studio'],
): Promise<Response> {
  const file = await studio.media(readMediaPath(path))
  const size = await sizeOf(file.path)
  if (size === null) return refuse(404)
  const headers = {
    ...securityHeaders,
    'content-type': file.contentType,
    'content-length': String(size),
    // Some minutes: tickets stay, but the file of one may be changed by another program.
    'cache-control': 'private, max-age=300',
  }
  if (isHead) return new Response(null, { headers })
  const body = Readable.toWeb(createReadStream(file.path)) as ReadableStream<Uint8Array>
  return new Response(body, { headers })
}

/** Null where the file has gone meanwhile. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch {
    return null
  }
}

async function answerUpload(
  request: Request,
  query: URLSearchParams,
  studio: AppSchemeOptions['studio'],
): Promise<Response> {
  const { for: purpose, name } = parseOrThrow(uploadQuery, Object.fromEntries(query), { root: 'the upload' })
  const ticket = await studio.upload({ purpose, name, body: request.body ?? emptyBody() })
  return answerJson({ ticket }, 200)
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {
  // Nothing: what an empty file is, the studio says.
}

function answerJson(value: unknown, status: number): Response {
  return Response.json(value, { status, headers: securityHeaders })
}

function refuse(status: number, more: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...securityHeaders, ...more } })
}

function statusOf({ code }: PasticheError): number {
  return statuses[code] ?? 400
}
