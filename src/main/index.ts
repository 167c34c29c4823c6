import { join } from 'node:path'
import { app, dialog, session } from 'electron'
import type { BrowserWindow, Event } from 'electron'
import { appPaths, readAppVersion, releasesPage, Studio } from '../host/index.ts'
import { PasticheError } from '../shared/errors.ts'
import { registerAppScheme, serveAppScheme } from './app-scheme.ts'
import { OpenedFiles } from './opened-files.ts'
import { denyAddresses, denyConnections, denyNavigation, denyPermissions } from './security.ts'
import { helpItems } from './help-items.ts'
import { claimSingleInstance } from './single-instance.ts'
import { spawnUtility } from './spawn-utility.ts'
import { followTheme, joinWindow } from './studio-window.ts'
import { focusWindow, openWindow } from './window.ts'

/** The desktop app, from its start on. What has to be done before Electron is ready is done here at once. */
const paths = appPaths()
let window: BrowserWindow | null = null

// Chromium keeps a profile of its own; it must not lie among the user's settings, and its lock is the app's lock.
app.setPath('userData', join(paths.settings, 'window'))
app.setAppUserModelId('org.pastiche.studio')
registerAppScheme()
app.enableSandbox()
denyAddresses()
denyNavigation()

const openedFiles = new OpenedFiles()
const isFirst = claimSingleInstance((args, workingDirectory) => {
  openedFiles.addArguments(args.slice(1), workingDirectory)
  if (window !== null) focusWindow(window)
})

if (isFirst) void start()
else app.quit()

/** Time for everything opened so far to close when the start is cancelled. */
const giveUpMs = 5000

async function start(): Promise<void> {
  // Electron itself takes its first argument when it is not packaged: the folder of the app.
  openedFiles.addArguments(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd())
  // A wish to end that comes before there is a window: nobody has to be asked, and the start may wait for a drive.
  const leave = new AbortController()
  const onQuit = (event: Event): void => {
    event.preventDefault()
    leave.abort()
    setTimeout(() => app.exit(0), giveUpMs)
  }
  app.on('before-quit', onQuit)
  try {
    await app.whenReady()
    await openStudio(leave.signal, () => app.off('before-quit', onQuit))
  } catch (thrown) {
    if (leave.signal.aborted) {
      app.exit(0)
      return
    }
    const { message, hint } = PasticheError.from(thrown)
    dialog.showErrorBox('Pastiche could not be started', `${message}\n\n${hint}`)
    app.exit(1)
  }
}

/** @param onOpen called once the studio is open; from then on, the window leads out */
async function openStudio(signal: AbortSignal, onOpen: () => void): Promise<void> {
  denyPermissions(session.defaultSession)
  denyConnections(session.defaultSession)
  const spawn = spawnUtility(paths.workerFile)
  const { env } = process
  const appVersion = readAppVersion()
  const releases = await releasesPage(paths.packageRoot, env)
  const studio = await Studio.open({ paths, spawn, appVersion, env, signal })
  onOpen()
  serveAppScheme(session.defaultSession.protocol, {
    pageRoot: join(paths.packageRoot, 'out', 'renderer'),
    studio,
  })
  followTheme(studio)
  window = openWindow({
    preload: join(paths.packageRoot, 'out', 'preload', 'index.cjs'),
    boundsFile: join(app.getPath('userData'), 'bounds.json'),
  })
  joinWindow(window, studio, openedFiles, helpItems({ window, studio, paths, releases, appVersion, env }))
}
