import { app, dialog, powerMonitor } from 'electron'
import type { BrowserWindow } from 'electron'
import type { StudioService } from '../host/index.ts'
import { activityOf } from './activity.ts'

const stopAndLeave = 0

/**
 * The way out: asks before a job is ended, gives the studio the time to save its picture, and then lets the app go. Closing
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
    // The system does not wait for an answer, but it waits for the picture.
    powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
      event?.preventDefault()
      void this.#close()
    })
  }

  async #leave(): Promise<void> {
    if (this.#state !== 'here') return
    if (activityOf(this.#studio.jobs).isAtWork && !(await this.#mayStop())) return
    await this.#close()
  }

  async #mayStop(): Promise<boolean> {
    this.#state = 'asking'
    const { response } = await dialog.showMessageBox(this.#window, {
      type: 'question',
      message: 'A picture is being painted.',
      detail: 'If you leave now, it is stopped and kept as it is.',
      buttons: ['Stop and keep the picture', 'Cancel'],
      defaultId: stopAndLeave,
      cancelId: 1,
      noLink: true,
    })
    this.#state = 'here'
    return response === stopAndLeave
  }

  async #close(): Promise<void> {
    if (this.#state === 'closing' || this.#state === 'gone') return
    this.#state = 'closing'
    this.#beforeLeaving()
    // It may take some seconds until the picture is saved; nobody has to watch that.
    if (!this.#window.isDestroyed()) this.#window.hide()
    await this.#studio.close()
    this.#state = 'gone'
    app.quit()
  }
}
