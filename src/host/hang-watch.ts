export interface HangWatchOptions {
  readonly hangTimeoutMs: number
  /** Called once for each silence, with its limit. */
  readonly onHang: (silentMs: number) => void
}

/** A step that takes twenty times as long as anything before it is no step any more. */
const gapFactor = 20
/** Checks come at least so often, as one that comes too late tells that this process did not run. */
const checkEveryMs = 10_000
/** A check that comes this much too late says that this process was stopped, with the whole computer most likely. */
const lateCheckMs = 5000

/**
 * Notices a worker that has fallen silent while something is awaited from it. The limit is `hangTimeoutMs`, twenty
 * times the longest silence that this wait has seen, or what the job allows, whichever is longest: a step blocks the
 * worker, and how long a step takes depends on the job and the machine.
 */
export class HangWatch {
  readonly #options: HangWatchOptions
  #connected = false
  #waits = 0
  #heardAtMs = 0
  #longestGapMs = 0
  #allowedMs = 0
  #timer: NodeJS.Timeout | null = null
  #dueMs = 0

  constructor(options: HangWatchOptions) {
    this.#options = options
  }

  /** The watch rests while there is no worker that could say anything. */
  setConnected(connected: boolean): void {
    this.#connected = connected
    this.#update()
  }

  /** Something is awaited from the worker until the returned function is called. */
  wait(): () => void {
    let waiting = true
    this.#waits += 1
    this.#update()
    return () => {
      if (!waiting) return
      waiting = false
      this.#waits -= 1
      this.#update()
    }
  }

  /** For the rest of this wait, a silence of this length is no hang either. */
  allow(silenceMs: number): void {
    this.#allowedMs = Math.max(this.#allowedMs, silenceMs)
  }

  heard(): void {
    const nowMs = performance.now()
    // A message may be heard before the check that would have told of the sleep.
    const hasSlept = this.#hasSlept(nowMs)
    const gapMs = nowMs - this.#heardAtMs
    this.#heardAtMs = nowMs
    if (this.#timer === null) return
    if (hasSlept) this.#schedule(this.#limitMs)
    else this.#longestGapMs = Math.max(this.#longestGapMs, gapMs)
  }

  get #limitMs(): number {
    return Math.max(this.#options.hangTimeoutMs, gapFactor * this.#longestGapMs, this.#allowedMs)
  }

  #update(): void {
    const watching = this.#connected && this.#waits > 0
    if (watching === (this.#timer !== null)) return
    if (watching) {
      this.#heardAtMs = performance.now()
      this.#longestGapMs = 0
      this.#allowedMs = 0
      this.#schedule(this.#limitMs)
    } else if (this.#timer !== null) {
      clearTimeout(this.#timer)
      this.#timer = null
    }
  }

  /** True if this process was stopped for a while since the last check: that is no silence of the worker. */
  #hasSlept(nowMs: number): boolean {
    return nowMs - this.#dueMs > lateCheckMs
  }

  #schedule(leftMs: number): void {
    const delayMs = Math.min(leftMs, checkEveryMs)
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#dueMs = performance.now() + delayMs
    this.#timer = setTimeout(() => this.#check(), delayMs)
  }

  #check(): void {
    const nowMs = performance.now()
    if (this.#hasSlept(nowMs)) this.#heardAtMs = nowMs
    const leftMs = this.#heardAtMs + this.#limitMs - nowMs
    if (leftMs > 0) {
      this.#schedule(leftMs)
      return
    }
    this.#timer = null
    this.#connected = false
    this.#options.onHang(this.#limitMs)
  }
}
