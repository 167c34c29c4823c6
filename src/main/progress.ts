import { powerSaveBlocker } from 'electron'
import type { BrowserWindow } from 'electron'
import type { StudioJob } from '../shared/contract/studio.ts'
import { activityOf, type Activity } from './activity.ts'

const noBar = -1
/** Above 1 the bar moves without an end. */
const endlessBar = 2
/** Finer than a task bar can show. */
const finestStep = 0.005

/** Shows the job at work on the task bar, and keeps the machine awake while it is computed. */
export class SystemProgress {
  readonly #window: BrowserWindow
  #bar = noBar
  #wasPaused = false
  #blocker: number | null = null

  constructor(window: BrowserWindow) {
    this.#window = window
  }

  update(jobs: readonly StudioJob[]): void {
    const activity = activityOf(jobs)
    this.#showBar(activity)
    this.#keepAwake(activity.isRunning)
  }

  /** Lets the machine sleep again. Idempotent. */
  close(): void {
    this.update([])
  }

  #showBar({ isAtWork, isPaused, fraction }: Activity): void {
    const bar = isAtWork ? (fraction ?? endlessBar) : noBar
    const isNew = Math.abs(bar - this.#bar) >= finestStep || isPaused !== this.#wasPaused
    if (!isNew || this.#window.isDestroyed()) return
    this.#bar = bar
    this.#wasPaused = isPaused
    if (isPaused) this.#window.setProgressBar(bar, { mode: 'paused' })
    else this.#window.setProgressBar(bar)
  }

  #keepAwake(isRunning: boolean): void {
    if (isRunning === (this.#blocker !== null)) return
    if (this.#blocker === null) this.#blocker = powerSaveBlocker.start('prevent-app-suspension')
    else {
      powerSaveBlocker.stop(this.#blocker)
      this.#blocker = null
    }
  }
}
