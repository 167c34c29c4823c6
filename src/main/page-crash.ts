import { dialog } from 'electron'
import type { BrowserWindow, MessageBoxOptions } from 'electron'

/** A page that crashes twice within this time will most likely do so again. */
const restMs = 60_000
const loadAgain = 0

/** Loads the page anew when its process has died. Jobs are not touched by that: they run elsewhere. */
export function reviveCrashedPage(window: BrowserWindow, now: () => number = () => performance.now()): void {
  let lastCrashMs = -Infinity
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    const isFirst = now() - lastCrashMs > restMs
    lastCrashMs = now()
    void revive(window, isFirst, reason)
  })
}

async function revive(window: BrowserWindow, isFirst: boolean, reason: string): Promise<void> {
  if (isFirst) window.webContents.reload()
  const { response } = await dialog.showMessageBox(
    window,
    isFirst ? onceMessage(reason) : twiceMessage(reason),
  )
  if (isFirst || window.isDestroyed()) return
  if (response === loadAgain) window.webContents.reload()
  else window.close()
}

function onceMessage(reason: string): MessageBoxOptions {
  return {
    type: 'warning',
    message: 'The window had to be loaded again.',
    detail: `Its page stopped working (${reason}). Your jobs keep running; nothing is lost.`,
    buttons: ['OK'],
  }
}

function twiceMessage(reason: string): MessageBoxOptions {
  return {
    type: 'error',
    message: 'The window has stopped working again.',
    detail: `Its page ended twice within a minute (${reason}). Your jobs keep running.`,
    buttons: ['Load it again', 'Leave Pastiche'],
    defaultId: loadAgain,
    cancelId: loadAgain,
    noLink: true,
  }
}
