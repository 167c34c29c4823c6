import type { Answer, Refusal } from './http-request.ts'
import type { FileVersion, ResumePoint } from './part-file.ts'

/** Action for a response. */
export type ResponseKind =
  /** Take the body: after the bytes that are here, or instead of them. `version` is the file it belongs to. */
  | { readonly end: 'take'; readonly from: 'offset' | 'start'; readonly version: FileVersion }
  /** Ask again, from the first byte: what is here does not fit what the server has. */
  | { readonly end: 'restart'; readonly reason: string }
  /** Ask again later. */
  | { readonly end: 'interrupted'; readonly reason: string; readonly retryAfterMs: number | null }
  | Refusal

export interface Expectation {
  /** Requested range; null: the whole file. */
  readonly resume: ResumePoint | null
  /** Size of the file, where the manifest knows it. */
  readonly bytes: number | null
}

/** Statuses below 500 that pass: time-out, too early, too many requests. */
const passing = new Set([408, 425, 429])

/** Judges an answer by its head alone, so that no byte of a wrong file is written (RFC 9110 sections 13–15). */
export function classifyResponse(
  { status, headers }: Omit<Answer, 'body'>,
  expected: Expectation,
): ResponseKind {
  const encoding = headers.get('content-encoding')
  if (status !== 200 && status !== 206) return classifyFailure(status, headers)
  if (encoding !== undefined && encoding !== 'identity')
    return { end: 'refused', reason: `it sends the file packed (${encoding})` }
  const range = status === 206 ? readRange(headers.get('content-range')) : null
  const version = versionOf(headers, range?.totalBytes ?? (status === 200 ? readLength(headers) : null))
  const { totalBytes } = version
  if (expected.bytes !== null && totalBytes !== null && totalBytes !== expected.bytes)
    return { end: 'refused', reason: `it has a file of ${totalBytes} bytes instead of ${expected.bytes}` }
  if (status === 200) return { end: 'take', from: 'start', version }
  return classifyRange(range, version, expected.resume)
}

function classifyFailure(status: number, headers: Answer['headers']): ResponseKind {
  if (status === 416) return { end: 'restart', reason: 'the server has fewer bytes than are here' }
  const reason = `it answered ${status}`
  if (status >= 500 || passing.has(status))
    return { end: 'interrupted', reason, retryAfterMs: readRetryAfter(headers.get('retry-after')) }
  return { end: 'refused', reason }
}

interface ContentRange {
  readonly start: number
  readonly totalBytes: number | null
}

function classifyRange(
  range: ContentRange | null,
  version: FileVersion,
  resume: ResumePoint | null,
): ResponseKind {
  if (resume === null) return { end: 'refused', reason: 'it sends a part where the whole file was asked for' }
  if (range?.start !== resume.offset)
    return { end: 'restart', reason: 'the server sent another part of the file than was asked for' }
  if (isOther(resume.version, version)) return { end: 'restart', reason: 'the file changed on the server' }
  return { end: 'take', from: 'offset', version: resume.version }
}

/** True if two answers speak of different files, as far as both of them say. */
function isOther(before: FileVersion, now: FileVersion): boolean {
  const differs = <T>(a: T | null, b: T | null): boolean => a !== null && b !== null && a !== b
  return (
    differs(before.etag, now.etag) ||
    differs(before.lastModified, now.lastModified) ||
    differs(before.totalBytes, now.totalBytes)
  )
}

function versionOf(headers: Answer['headers'], totalBytes: number | null): FileVersion {
  return {
    etag: headers.get('etag') ?? null,
    lastModified: headers.get('last-modified') ?? null,
    totalBytes,
  }
}

function readLength(headers: Answer['headers']): number | null {
  const text = headers.get('content-length') ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}

function readRange(text = ''): ContentRange | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(text)
  if (match === null) return null
  const [start, last] = [Number(match[1]), Number(match[2])]
  const totalBytes = match[3] === '*' ? null : Number(match[3])
  if (last < start || (totalBytes !== null && last >= totalBytes)) return null
  return { start, totalBytes }
}

/** Seconds, or a date. */
function readRetryAfter(text: string | undefined): number | null {
  if (text === undefined) return null
  const waitMs = /^\d{1,9}$/.test(text) ? 1000 * Number(text) : Date.parse(text) - Date.now()
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : null
}
