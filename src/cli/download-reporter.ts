import type { ModelProgress } from '../host/index.ts'
import { colours } from './colours.ts'
import { print, say, statusLine } from './output.ts'
import { ProgressLine } from './progress-line.ts'

/** Tells how a download goes: as a person reads it, or one JSON event a line. */
export interface DownloadReporter {
  progress(progress: ModelProgress): void
  notice(message: string): void
  /** Nothing more will be told. */
  end(): void
}

/** An event about every tenth of a second at most, and one for each phase. */
const eventIntervalMs = 100

export class JsonDownloadReporter implements DownloadReporter {
  readonly #id: string
  #phase = ''
  #toldMs = -Infinity

  constructor(id: string) {
    this.#id = id
  }

  progress(progress: ModelProgress): void {
    const nowMs = performance.now()
    const isNews = progress.phase !== this.#phase || progress.bytes === progress.totalBytes
    if (!isNews && nowMs - this.#toldMs < eventIntervalMs) return
    this.#phase = progress.phase
    this.#toldMs = nowMs
    print({ event: 'progress', id: this.#id, ...progress })
  }

  notice(message: string): void {
    print({ event: 'notice', id: this.#id, message })
  }

  end(): void {
    // Every event was a whole line.
  }
}

/** A bar of bytes, rate and time left on stderr. */
export class TerminalDownloadReporter implements DownloadReporter {
  readonly #rate = new Rate()
  readonly #bar = statusLine.isPossible ? new ProgressLine() : null
  #isConverting = false
  #lastTenth = 0

  progress(progress: ModelProgress): void {
    if (progress.phase === 'converting') this.#converting()
    else if (this.#bar && progress.totalBytes !== null)
      this.#bar.draw(progress.bytes / progress.totalBytes, this.#details(progress.bytes, progress.totalBytes))
    else this.#line(progress)
  }

  notice(message: string): void {
    say(colours.yellow(message))
  }

  end(): void {
    this.#bar?.clear()
  }

  #converting(): void {
    this.end()
    if (!this.#isConverting) say('Checked. Converting…')
    this.#isConverting = true
  }

  /** Prints a line per tenth of the way if no bar can be drawn (a log file, a pipe). */
  #line({ bytes, totalBytes }: ModelProgress): void {
    const tenth = totalBytes === null ? Math.floor(bytes / 1e7) : Math.floor((10 * bytes) / totalBytes)
    if (tenth === this.#lastTenth) return
    this.#lastTenth = tenth
    const share = totalBytes === null ? [] : [`${10 * tenth}%`]
    say([...share, ...this.#details(bytes, totalBytes ?? bytes)].join(' · '))
  }

  #details(bytes: number, totalBytes: number): string[] {
    const rate = this.#rate.measure(bytes)
    return [
      `${mega(bytes)} of ${mega(totalBytes)} MB`,
      rate === null ? '–' : `${mega(rate)} MB/s`,
      rate === null ? '–' : `${clock((totalBytes - bytes) / rate)} left`,
    ]
  }
}

/** Bytes a second over the last few seconds. */
class Rate {
  static readonly #windowMs = 5000
  readonly #samples: { readonly atMs: number; readonly bytes: number }[] = []

  /** `null` until there is something to measure. */
  measure(bytes: number): number | null {
    const atMs = performance.now()
    const last = this.#samples.at(-1)
    // A file that starts over has fewer bytes than before.
    if (last && bytes < last.bytes) this.#samples.length = 0
    if (!last || atMs - last.atMs > 100) this.#samples.push({ atMs, bytes })
    while (this.#samples.length > 2 && atMs - this.#samples[0]!.atMs > Rate.#windowMs) this.#samples.shift()
    const first = this.#samples[0]
    const passedMs = first ? atMs - first.atMs : 0
    return first && passedMs >= 500 && bytes > first.bytes ? (1000 * (bytes - first.bytes)) / passedMs : null
  }
}

/** 80134624 → "80.1". */
function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}

/** 75 → "1:15". */
function clock(seconds: number): string {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
