import { median } from './median.ts'
import type { PlannedScale } from './plan.ts'

/** How long a step of a scale takes. */
interface StepTime {
  readonly flop: number
  readonly ms: number
}

type StepsLeft = Pick<PlannedScale, 'steps' | 'stepFlop'>

const recentSteps = 9
/**
 * A step that takes so much longer than those before it was no step alone: the computer slept, or the process was stopped. (On
 * Linux the clock itself stands still in a sleep, elsewhere it keeps running.)
 */
const sleep = { leastMs: 10_000, factor: 20 }

/** Measures a run and foretells its end from the steps that are left. Neither pauses nor sleep count. */
export class RunClock {
  #startedMs = performance.now()
  #pausedMs = 0
  #pauseStartMs: number | null = null
  /** Times at the scale in hand; its first step also sets it up, and is kept apart from the others. */
  #scale: StepTime | null = null
  #isFirstStep = false
  #before: StepTime | null = null
  #setupMs = 0
  /** Times of the last steps. A preview or another program disturbs some of them: their median is the time of a step. */
  #recentMs: number[] = []

  /** As if so much time had gone by before: of a run that is continued. */
  advance(ms: number): void {
    this.#startedMs -= ms
  }

  pause(): void {
    this.#pauseStartMs ??= performance.now()
  }

  resume(): void {
    if (this.#pauseStartMs !== null) this.#pausedMs += performance.now() - this.#pauseStartMs
    this.#pauseStartMs = null
  }

  /** A step of this cost took so long. */
  stepTook(tookMs: number, flop: number): void {
    const isNewScale = this.#scale?.flop !== flop
    const usualMs = isNewScale ? Infinity : this.#scale!.ms
    const hasSlept = tookMs > Math.max(sleep.leastMs, sleep.factor * usualMs)
    const ms = hasSlept ? usualMs : tookMs
    this.#pausedMs += tookMs - ms
    if (isNewScale) this.#before = this.#scale
    if (!isNewScale && this.#isFirstStep) this.#setupMs = Math.max(0, this.#scale!.ms - ms)
    const isAlone = isNewScale || this.#isFirstStep
    this.#recentMs = isAlone ? [ms] : [...this.#recentMs.slice(1 - recentSteps), ms]
    this.#scale = { flop, ms: median(this.#recentMs)! }
    this.#isFirstStep = isNewScale
  }

  get elapsedMs(): number {
    return (this.#pauseStartMs ?? performance.now()) - this.#startedMs - this.#pausedMs
  }

  /**
   * Returns null before the second step: the first has set the scale up as well.
   *
   * @param now what is left of the scale in hand
   * @param later the scales to come
   */
  remainingMs(now: StepsLeft, later: readonly StepsLeft[]): number | null {
    if ([now, ...later].every(({ steps }) => steps === 0)) return 0
    const known = this.#isFirstStep ? this.#before : this.#scale
    if (known === null) return null
    const slope = this.#msPerFlop(known)
    const stepsMs = ({ steps, stepFlop }: StepsLeft): number =>
      steps * Math.max(0, known.ms + slope * (stepFlop - known.flop))
    return later
      .filter(({ steps }) => steps > 0)
      .reduce((sum, scale) => sum + this.#setupMs + stepsMs(scale), stepsMs(now))
  }

  /**
   * The line through two scales: some of a step does not grow with the picture. At least half of it does, whatever disturbed the
   * measure.
   */
  #msPerFlop(known: StepTime): number {
    const proportional = known.ms / known.flop
    if (this.#before === null || known === this.#before) return proportional
    const line = (known.ms - this.#before.ms) / (known.flop - this.#before.flop)
    return Math.min(proportional, Math.max(0.5 * proportional, line))
  }
}
