/**
 * The part of the `electron` module that the app uses, with a real Chromium and real processes behind it. It stands in where
 * Electron's binary cannot be had: the built app runs on it unchanged.
 */
import { App } from './app.ts'
import { Browser } from './browser.ts'
import { browserWindowClass } from './browser-window.ts'
import { serveControl } from './control.ts'
import * as desk from './desk.ts'
import { StandInIpcMain } from './ipc-main.ts'
import { OriginServer } from './origin-server.ts'
import { StandInProtocol, StandInSession } from './session.ts'
import { strict } from './strict.ts'
import { utilityProcess as utility } from './utility-process.ts'

const plainApp = new App()
const plainProtocol = new StandInProtocol()
const plainSession = new StandInSession(plainProtocol)
const server = new OriginServer(() => plainProtocol.handlers.get('pastiche'))
const browser = new Browser(server, plainSession)

export const app = strict('app', plainApp)
export const protocol = strict('protocol', plainProtocol)
export const session = strict('session', { defaultSession: strict('session', plainSession) })
export const ipcMain = strict('ipcMain', new StandInIpcMain())
export const utilityProcess = strict('utilityProcess', utility)
export const dialog = strict('dialog', desk.dialog)
export const shell = strict('shell', desk.shell)
export const screen = strict('screen', desk.screen)
export const clipboard = strict('clipboard', desk.clipboard)
export const powerSaveBlocker = strict('powerSaveBlocker', desk.powerSaveBlocker)
export const powerMonitor = strict('powerMonitor', desk.powerMonitor)
export const nativeTheme = strict('nativeTheme', desk.nativeTheme)
export const Menu = strict('Menu', desk.StandInMenu)
export const Notification = strict('Notification', desk.StandInNotification)
export const ClipboardItem = desk.StandInClipboardItem
export const BrowserWindow = browserWindowClass({
  app: plainApp,
  browser,
  server,
  ipcMain,
  session: plainSession,
})
/** For tests: what the browser let out, and where it can be joined. */
export const standIn = { browser, protocol: plainProtocol, session: plainSession }

plainApp.cleanUp = () => browser.close()
const control = serveControl()
void start()

async function start(): Promise<void> {
  await server.listen()
  await browser.launch(
    process.env['CHROMIUM_PATH']!,
    `${process.env['PASTICHE_HOME']!}/chromium-${process.pid}`,
  )
  control.tell({ kind: 'launched', debugAddress: browser.debugAddress })
  plainApp.becomeReady()
}
