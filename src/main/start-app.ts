import { app, dialog } from 'electron'
import type { Event } from 'electron'
import { PasticheError } from '../shared/errors.ts'

/** Time for closing what is already open, when the user quits during the start. */
const giveUpMs = 5000

/**
 * Opens the app once Electron is ready. Quitting before it is open aborts `signal`: nobody has to be asked yet, and the start may be
 * waiting for a drive. An error is shown, and ends the app.
 *
 * @param open calls `onOpen` when the studio is open and quitting is no longer handled here
 */
export async function startApp(
  open: (signal: AbortSignal, onOpen: () => void) => Promise<void>,
): Promise<void> {
  const quit = new AbortController()
  const onQuit = (event: Event): void => {
    event.preventDefault()
    quit.abort()
    setTimeout(() => app.exit(0), giveUpMs)
  }
  app.on('before-quit', onQuit)
  try {
    await app.whenReady()
    await open(quit.signal, () => app.off('before-quit', onQuit))
  } catch (thrown) {
    if (quit.signal.aborted) {
      app.exit(0)
      return
    }
    const { message, hint } = PasticheError.from(thrown)
    dialog.showErrorBox('Pastiche could not be started', `${message}\n\n${hint}`)
    app.exit(1)
  }
}
