import type { Electron } from './desktop-app.ts'

/** Leaves the app, and says yes should it ask. Runs in the app, by its text. */
export function leaveAtOnce({ app, dialog }: Electron): void {
  dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false })
  app.quit()
}
