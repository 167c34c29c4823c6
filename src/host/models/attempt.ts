import type { Dispatcher } from 'undici'
import { PasticheError } from '../../shared/errors.ts'
import { fileProblem } from '../file-problem.ts'
import { requestFile } from './http-request.ts'
import type { Answer, Refusal } from './http-request.ts'
import { classifyResponse } from './classify-response.ts'
import type { ResponseKind } from './classify-response.ts'
import { describeNetworkError, isHopeless } from './network-errors.ts'
import type { PartFile } from './part-file.ts'

/** How one try to get a file, or its rest, ended. What ends the whole download is thrown. */
export type Attempt =
  /** `inOneGo`: every byte came with this one answer, none from an earlier one. */
  | { readonly end: 'complete'; readonly inOneGo: boolean }
  | { readonly end: 'interrupted'; readonly reason: string; readonly retryAfterMs: number | null }
  | Refusal

export interface AttemptOptions {
  readonly url: string
  readonly part: PartFile
  /** Size of the file, where the manifest knows it. */
  readonly expectedBytes: number | null
  /** Silence of the server that counts as a lost connection. */
  readonly stallTimeoutMs: number
  readonly dispatcher: Dispatcher
  readonly signal: AbortSignal
  readonly onProgress: (totalBytes: number | null) => void
}

/** More than any file of the manifest: what sends more than this without saying how much is no weights file. */
const mostBytes = 2_000_000_000

/**
 * Asks one address once for a file, or for the rest of it, and appends what comes to the part.
 *
 * @throws PasticheError `disk-full`, `output-not-writable`; what `signal` was aborted with
 */
export async function attempt(options: AttemptOptions): Promise<Attempt> {
  const stall = new StallTimer(options.stallTimeoutMs)
  const signal = AbortSignal.any([options.signal, stall.signal])
  const resume = options.part.resumePoint(options.url)
  try {
    const answer = await requestFile(options.url, {
      offset: resume?.offset ?? 0,
      ifRange: strongValidator(resume?.version),
      dispatcher: options.dispatcher,
      signal,
    })
    if ('end' in answer) return answer
    const kind = classifyResponse(answer, { resume, bytes: options.expectedBytes })
    return await follow(kind, answer, stall, options)
  } catch (thrown) {
    options.signal.throwIfAborted()
    if (thrown instanceof PasticheError) throw thrown
    if (stall.signal.aborted) return interrupted(stall.reason)
    const reason = describeNetworkError(thrown)
    return isHopeless(thrown) ? { end: 'refused', reason } : interrupted(reason)
  } finally {
    stall.stop()
  }
}

async function follow(
  kind: ResponseKind,
  { body }: Answer,
  stall: StallTimer,
  options: AttemptOptions,
): Promise<Attempt> {
  const { part, url } = options
  try {
    if (kind.end === 'restart') {
      await onDisk(part, () => part.clear())
      return { end: 'interrupted', reason: kind.reason, retryAfterMs: 0 }
    }
    if (kind.end !== 'take') return kind
    if (kind.from === 'start') await onDisk(part, () => part.begin(url, kind.version))
    const shortfall = await take(body, kind.version.totalBytes, stall, options)
    return shortfall ?? { end: 'complete', inOneGo: kind.from === 'start' }
  } finally {
    body.destroy()
  }
}

/** Appends a body to the part, to its end; null where that completes the file. */
async function take(
  body: Answer['body'],
  saidBytes: number | null,
  stall: StallTimer,
  { part, expectedBytes, signal, onProgress }: AttemptOptions,
): Promise<Attempt | null> {
  const totalBytes = expectedBytes ?? saidBytes
  onProgress(totalBytes)
  for await (const piece of body) {
    signal.throwIfAborted()
    const bytes = piece as Uint8Array
    const endsAt = part.bytes + bytes.length
    if (endsAt > (totalBytes ?? mostBytes))
      return { end: 'refused', reason: tooMany(totalBytes ?? mostBytes) }
    await onDisk(part, () => part.append(bytes))
    onProgress(totalBytes)
    stall.restart()
  }
  // Without a size the end of the body is the end of the file; the checksum has the last word either way.
  if (totalBytes === null || part.bytes === totalBytes) return null
  return interrupted(`the connection ended after ${part.bytes} of ${totalBytes} bytes`)
}

function tooMany(bytes: number): string {
  return `it sends more than the ${bytes} bytes of the file`
}

function interrupted(reason: string): Attempt {
  return { end: 'interrupted', reason, retryAfterMs: null }
}

/** Only a strong ETag may stand in If-Range (RFC 9110 section 13.1.5); a date is the next best. */
function strongValidator(
  version: { etag: string | null; lastModified: string | null } | undefined,
): string | null {
  const etag = version?.etag ?? null
  return etag !== null && !etag.startsWith('W/') ? etag : (version?.lastModified ?? null)
}

async function onDisk(part: PartFile, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (thrown) {
    throw fileProblem(thrown, `Cannot write the download to ${part.path}`)
  }
}

/** Aborts its signal after a time in which nothing came. */
class StallTimer {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #timeoutMs: number

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
    this.#timer = setTimeout(() => this.#controller.abort(), timeoutMs)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get reason(): string {
    return `nothing came for ${this.#timeoutMs / 1000} s`
  }

  restart(): void {
    this.#timer.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
