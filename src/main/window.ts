import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import type { BrowserWindowConstructorOptions } from 'electron'
import { appAddress } from './origin.ts'
import { readWindowBounds, saveWindowBounds, smallestSize, type WindowBounds } from './window-bounds.ts'

/** The page's own, so that nothing flashes before it is there. */
const backgroundColours = { dark: '#161513', light: '#f5f3ee' } as const

interface WindowOptions {
  /** The built preload script, a file. */
  readonly preload: string
  readonly place: WindowBounds
  readonly isDark: boolean
  /** True to allow a developer's tools. */
  readonly devTools: boolean
}

/** Options of the studio's window. Those that protect it are written out, though most are Electron's defaults today. */
function windowOptions(options: WindowOptions): BrowserWindowConstructorOptions {
  const { preload, place, isDark, devTools } = options
  return {
    title: 'Pastiche',
    ...place.bounds,
    minWidth: smallestSize.width,
    minHeight: smallestSize.height,
    show: false,
    backgroundColor: isDark ? backgroundColours.dark : backgroundColours.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      plugins: false,
      devTools,
      // It would fetch dictionaries: Pastiche opens no connection that nobody asked for.
      spellcheck: false,
    },
  }
}

/**
 * Opens the studio's window where it was last, and shows it as soon as there is something to see.
 *
 * @param boundsFile where its place is remembered
 */
export function openWindow({ preload, boundsFile }: { preload: string; boundsFile: string }): BrowserWindow {
  const workAreas = screen.getAllDisplays().map((display) => display.workArea)
  const place = readWindowBounds(boundsFile, workAreas)
  const isDark = nativeTheme.shouldUseDarkColors
  const window = new BrowserWindow(windowOptions({ preload, place, isDark, devTools: !app.isPackaged }))
  window.once('ready-to-show', () => {
    if (place.maximized) window.maximize()
    window.show()
  })
  window.on('close', () => saveWindowBounds(boundsFile, window))
  nativeTheme.on('updated', () => {
    if (window.isDestroyed()) return
    window.setBackgroundColor(
      nativeTheme.shouldUseDarkColors ? backgroundColours.dark : backgroundColours.light,
    )
  })
  // Failures are told by 'did-fail-load'.
  void window.loadURL(appAddress).catch(() => undefined)
  return window
}

/** Brings the window to the front, wherever it is. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
