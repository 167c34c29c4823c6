import { setTimeout as delay } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import { PasticheError } from '../../shared/errors.ts'
import { fileProblem } from '../file-problem.ts'
import { attempt } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import { megabytes } from './free-space.ts'
import type { PartFile } from './part-file.ts'

/** A published file: where it is and how it is known. */
export interface RemoteFile {
  /** For people: "VGG19 (Keras, convolutions only)". */
  readonly name: string
  /** Best first. */
  readonly urls: readonly string[]
  readonly bytes: number | null
  readonly checksum: { readonly algorithm: 'sha256' | 'md5'; readonly hex: string }
}

export interface DownloadTimings {
  /** Silence of the server that counts as a lost connection. Default 30 000. */
  readonly stallTimeoutMs: number
  /** The whole download. Default 12 hours. */
  readonly totalTimeoutMs: number
  /** The rest before a second try; it doubles with each further one, up to `retryMaxMs`. Default 1000. */
  readonly retryBaseMs: number
  /** Default 30 000. */
  readonly retryMaxMs: number
  /** Tries in a row that bring nothing new. Default 8. */
  readonly maxFruitlessTries: number
}

export const downloadTimings: DownloadTimings = {
  stallTimeoutMs: 30_000,
  totalTimeoutMs: 12 * 3_600_000,
  retryBaseMs: 1000,
  retryMaxMs: 30_000,
  maxFruitlessTries: 8,
}

export interface DownloadOptions {
  readonly dispatcher: Dispatcher
  readonly timings: DownloadTimings
  readonly signal: AbortSignal
  readonly onProgress: (bytes: number, totalBytes: number | null) => void
  /** Notices, such as a lost connection or another address. */
  readonly onNotice: (message: string) => void
}

/** However much each of them brings. */
const maxTries = 500

/**
 * Gets a file into its part, going on where an earlier run stopped, and checks all of it against its checksum. The part is
 * kept on every failure but a wrong file.
 *
 * @throws PasticheError `download-failed`, `cancelled`, `disk-full`, `output-not-writable`
 */
export async function download(file: RemoteFile, part: PartFile, options: DownloadOptions): Promise<void> {
  const total = new AbortController()
  const { totalTimeoutMs } = options.timings
  const timer = setTimeout(() => total.abort(tooLong(file, part, totalTimeoutMs)), totalTimeoutMs)
  const stop = (): void => total.abort(cancelled(file, part))
  options.signal.addEventListener('abort', stop)
  if (options.signal.aborted) stop()
  try {
    await new Download(file, part, { ...options, signal: total.signal }).run()
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', stop)
    await part.close()
  }
}

class Download {
  readonly #file: RemoteFile
  readonly #part: PartFile
  readonly #options: DownloadOptions
  /** Addresses still worth asking, the next one first. */
  #urls: string[]
  /** The last that was heard of each address. */
  readonly #reasons = new Map<string, string>()
  readonly #gaveWrongPieces = new Set<string>()
  #mostBytes: number
  #fruitlessTries = 0

  constructor(file: RemoteFile, part: PartFile, options: DownloadOptions) {
    this.#file = file
    this.#part = part
    this.#options = options
    // An address that some of the file came from already goes first: the others would start from the first byte.
    this.#urls = file.urls.toSorted((a, b) => Number(isResumable(part, b)) - Number(isResumable(part, a)))
    this.#mostBytes = part.bytes
  }

  async run(): Promise<void> {
    if ((await this.#isAllHere()) && (await this.#isRight())) return
    for (let tries = 1; tries <= maxTries && this.#urls.length > 0; tries += 1) {
      this.#options.signal.throwIfAborted()
      const [url] = this.#urls as [string]
      const end = await this.#attempt(url)
      if (end.end === 'complete') {
        if (await this.#isRight()) return
        await this.#rejectFile(url, end.inOneGo)
      } else if (end.end === 'refused') this.#dropUrl(url, end.reason)
      else await this.#tryLater(url, end.reason, end.retryAfterMs)
    }
    throw this.#failed()
  }

  #attempt(url: string): Promise<Attempt> {
    const { dispatcher, timings, signal, onProgress } = this.#options
    return attempt({
      url,
      part: this.#part,
      expectedBytes: this.#file.bytes,
      stallTimeoutMs: timings.stallTimeoutMs,
      dispatcher,
      signal,
      onProgress: (totalBytes) => onProgress(this.#part.bytes, totalBytes),
    })
  }

  /** True if an earlier run got every byte and only did not come to use them. */
  async #isAllHere(): Promise<boolean> {
    const { bytes } = this.#file
    if (bytes === null || this.#part.bytes < bytes) return false
    if (this.#part.bytes === bytes) return true
    await this.#part.clear()
    return false
  }

  /** Checks the whole part; a wrong one is emptied. */
  async #isRight(): Promise<boolean> {
    const { algorithm, hex } = this.#file.checksum
    if ((await this.#checksum(algorithm)) === hex) return true
    await this.#part.clear()
    return false
  }

  async #checksum(algorithm: 'sha256' | 'md5'): Promise<string> {
    const { signal } = this.#options
    try {
      return await this.#part.checksum(algorithm, signal)
    } catch (thrown) {
      signal.throwIfAborted()
      throw fileProblem(thrown, `Cannot read the download at ${this.#part.path}`)
    }
  }

  /** Pieces of several answers may not have belonged together: that deserves one try in one go. */
  async #rejectFile(url: string, inOneGo: boolean): Promise<void> {
    const reason = `it has another file (${this.#file.checksum.algorithm} differs)`
    this.#mostBytes = 0
    if (inOneGo || this.#gaveWrongPieces.has(url)) this.#dropUrl(url, reason)
    else {
      this.#gaveWrongPieces.add(url)
      await this.#tryLater(url, 'the pieces do not make the right file', 0)
    }
  }

  #dropUrl(url: string, reason: string): void {
    this.#reasons.set(url, reason)
    this.#urls = this.#urls.filter((other) => other !== url)
    if (this.#urls.length > 0) this.#options.onNotice(`${hostOf(url)}: ${reason}; trying another address.`)
  }

  /** An address that brings something is asked again; one that does not makes room for the next, and all rest in between. */
  async #tryLater(url: string, reason: string, retryAfterMs: number | null): Promise<void> {
    this.#reasons.set(url, reason)
    const isFruitless = this.#part.bytes <= this.#mostBytes
    this.#mostBytes = Math.max(this.#mostBytes, this.#part.bytes)
    this.#fruitlessTries = isFruitless ? this.#fruitlessTries + 1 : 0
    if (this.#fruitlessTries >= this.#options.timings.maxFruitlessTries) throw this.#failed()
    if (isFruitless) this.#urls = [...this.#urls.slice(1), url]
    const isRoundOver = !isFruitless || this.#fruitlessTries % this.#urls.length === 0
    if (!isRoundOver) {
      this.#options.onNotice(`${hostOf(url)}: ${reason}; trying another address.`)
      return
    }
    const waitMs = this.#restMs(retryAfterMs)
    this.#options.onNotice(`${hostOf(url)}: ${reason}; trying again in ${Math.ceil(waitMs / 1000)} s.`)
    await rest(waitMs, this.#options.signal)
  }

  /** Doubles with each vain round of all addresses; half of it by chance, so that many computers do not come at once. */
  #restMs(retryAfterMs: number | null): number {
    const { retryBaseMs, retryMaxMs } = this.#options.timings
    if (retryAfterMs !== null) return Math.min(retryAfterMs, retryMaxMs)
    const rounds = Math.max(0, this.#fruitlessTries / this.#urls.length - 1)
    return Math.min(retryMaxMs, retryBaseMs * 2 ** rounds) * (0.5 + Math.random() / 2)
  }

  #failed(): PasticheError {
    const reasons = [...this.#reasons].map(([url, reason]) => `${hostOf(url)}: ${reason}`)
    const why = reasons.length === 0 ? 'it has no address' : reasons.join('; ')
    const kept = describeKept(this.#part)
    return new PasticheError('download-failed', `Cannot download ${this.#file.name}: ${why}.${kept}`)
  }
}

function isResumable(part: PartFile, url: string): boolean {
  return part.resumePoint(url) !== null
}

/** Addresses are told by their host: a mirror's full address may hold what is nobody else's concern. */
function hostOf(url: string): string {
  return new URL(url).host
}

async function rest(waitMs: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(waitMs, undefined, { signal })
  } catch {
    signal.throwIfAborted()
  }
}

function cancelled({ name }: RemoteFile, part: PartFile): PasticheError {
  const hint = 'Start the download again to resume it.'
  return new PasticheError('cancelled', `The download of ${name} was cancelled.${describeKept(part)}`, {
    hint,
  })
}

function tooLong({ name }: RemoteFile, part: PartFile, timeoutMs: number): PasticheError {
  const message = `The download of ${name} was stopped after ${Math.round(timeoutMs / 1000)} s.`
  return new PasticheError('download-failed', `${message}${describeKept(part)}`)
}

function describeKept({ bytes }: PartFile): string {
  return bytes > 0 ? ` ${megabytes(bytes)} of it are kept.` : ''
}
