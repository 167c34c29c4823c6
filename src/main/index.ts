import { join } from 'node:path'
import { app, session } from 'electron'
import type { BrowserWindow } from 'electron'
import { appPaths, readAppVersion, releasesPage, Studio } from '../host/index.ts'
import { registerAppScheme, serveAppScheme } from './app-scheme.ts'
import { OpenedFiles } from './opened-files.ts'
import { denyAddresses, denyConnections, denyNavigation, denyPermissions } from './security.ts'
import { helpItems } from './help-items.ts'
import { claimSingleInstance } from './single-instance.ts'
import { spawnUtility } from './spawn-utility.ts'
import { startApp } from './start-app.ts'
import { followTheme, joinWindow } from './studio-window.ts'
import { focusWindow, openWindow } from './window.ts'

/** The desktop app, put together from its parts. The top level runs before Electron is ready. */
const paths = appPaths()
let window: BrowserWindow | null = null

// Chromium keeps a profile of its own, apart from the user's settings; its lock is the app's lock.
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

if (isFirst) {
  // Electron itself takes its first argument when it is not packaged: the folder of the app.
  openedFiles.addArguments(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd())
  void startApp(openStudio)
} else app.quit()

/** @param onOpen called once the studio is open; from then on, closing the window quits */
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
    page: join(paths.packageRoot, 'out', 'renderer'),
    studio,
  })
  followTheme(studio)
  window = openWindow({
    preload: join(paths.packageRoot, 'out', 'preload', 'index.cjs'),
    boundsFile: join(app.getPath('userData'), 'bounds.json'),
  })
  joinWindow(window, studio, openedFiles, helpItems({ window, studio, paths, releases, appVersion, env }))
}
