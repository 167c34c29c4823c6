import { Notification } from 'electron'
import type { BrowserWindow } from 'electron'
import type { StudioService } from '../host/index.ts'
import type { StudioJob } from '../shared/contract/studio.ts'
import { LongJobs } from './long-jobs.ts'
import { focusWindow } from './window.ts'

/** Tells, outside of the window, that a long job has ended, if the user wants to hear it and looks elsewhere. */
export class Notifications {
  readonly #window: BrowserWindow
  readonly #studio: Pick<StudioService, 'settings'>
  readonly #longJobs = new LongJobs()
  /** One that nobody holds may be collected before it is clicked. */
  readonly #shown = new Set<Notification>()

  constructor(window: BrowserWindow, studio: Pick<StudioService, 'settings'>) {
    this.#window = window
    this.#studio = studio
  }

  update(jobs: readonly StudioJob[]): void {
    for (const job of this.#longJobs.update(jobs)) {
      if (this.#studio.settings.notify && !this.#isInFront() && Notification.isSupported()) this.#show(job)
    }
  }

  #isInFront(): boolean {
    return this.#window.isDestroyed() || this.#window.isFocused()
  }

  #show(job: StudioJob): void {
    const { status } = job
    const title = status.state === 'failed' ? 'A picture could not be finished' : 'Your picture is ready'
    const body = status.state === 'failed' ? `${job.name}: ${status.error.message}` : job.name
    const notification = new Notification({ title, body })
    notification.on('click', () => {
      this.#shown.delete(notification)
      focusWindow(this.#window)
    })
    notification.on('close', () => this.#shown.delete(notification))
    this.#shown.add(notification)
    notification.show()
  }
}
