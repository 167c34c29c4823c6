import { app, dialog, powerMonitor } from 'electron'
import type { BrowserWindow } from 'electron'
import type { StudioService } from '../host/index.ts'
import { activityOf } from './activity.ts'

const leave = 0

/**
 * The way out: asks while a job is at work, gives the studio the time to set it aside, and then lets the app go. Closing
 * the window is leaving: a studio without a window would paint unseen.
 */
export class Leaving {
  readonly #window: BrowserWindow
  readonly #studio: Pick<StudioService, 'close' | 'jobs'>
  readonly #beforeLeaving: () => void
  #state: 'here' | 'asking' | 'closing' | 'gone' = 'here'

  constructor(
    window: BrowserWindow,
    studio: Pick<StudioService, 'close' | 'jobs'>,
    beforeLeaving: () => void,
  ) {
    this.#window = window
    this.#studio = studio
    this.#beforeLeaving = beforeLeaving
    app.on('before-quit', (event) => {
      if (this.#state === 'gone') return
      event.preventDefault()
      void this.#leave()
    })
    window.on('close', (event) => {
      if (this.#state === 'gone') return
      event.preventDefault()
      app.quit()
    })
    // The system does not wait for an answer, but it waits until the job is saved; Windows only while it is answering.
    powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
      event?.preventDefault()
      void this.#close()
    })
    window.on('query-session-end', (event) => {
      if (this.#state === 'gone') return
      event.preventDefault()
      void this.#close()
    })
  }

  async #leave(): Promise<void> {
    if (this.#state !== 'here') return
    if (activityOf(this.#studio.jobs).isAtWork && !(await this.#mayLeave())) return
    await this.#close()
  }

  async #mayLeave(): Promise<boolean> {
    this.#state = 'asking'
    const { response } = await dialog.showMessageBox(this.#window, {
      type: 'question',
      message: 'A picture is being painted.',
      detail: 'If you quit now, its progress is saved. You can resume it when you open Pastiche again.',
      buttons: ['Set Aside and Leave', 'Cancel'],
      defaultId: leave,
      cancelId: 1,
      noLink: true,
    })
    this.#state = 'here'
    return response === leave
  }

  async #close(): Promise<void> {
    if (this.#state === 'closing' || this.#state === 'gone') return
    this.#state = 'closing'
    this.#beforeLeaving()
    // It may take some seconds until the job is saved; nobody has to watch that.
    if (!this.#window.isDestroyed()) this.#window.hide()
    await this.#studio.close()
    this.#state = 'gone'
    app.quit()
  }
}
