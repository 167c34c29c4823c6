import { nativeTheme } from 'electron'
import type { BrowserWindow, MenuItemConstructorOptions } from 'electron'
import type { StudioService } from '../host/index.ts'
import { Bridge } from './bridge.ts'
import { desktopShell } from './dialogs.ts'
import { QuitGuard } from './quit-guard.ts'
import { AppMenu } from './menu.ts'
import { Notifications } from './notifications.ts'
import type { OpenedFiles } from './opened-files.ts'
import { reviveCrashedPage } from './page-crash.ts'
import { SystemProgress } from './progress.ts'

/** Light or dark, as the setting says, for the page and everything that the system draws. Before the window is made. */
export function followTheme(studio: Pick<StudioService, 'settings' | 'onSettings'>): void {
  nativeTheme.themeSource = studio.settings.theme
  studio.onSettings(({ theme }) => {
    nativeTheme.themeSource = theme
  })
}

/** Joins the window and the studio: what one tells, the other hears, until the app is left. */
export function joinWindow(
  window: BrowserWindow,
  studio: StudioService,
  openedFiles: OpenedFiles,
  help: readonly MenuItemConstructorOptions[],
): void {
  const menu: AppMenu = new AppMenu({ studio, page: () => bridge.page, help })
  const bridge = new Bridge({
    studio,
    shell: desktopShell(window),
    contents: window.webContents,
    onReady: (page) => openedFiles.setPage(page),
    onGone: () => openedFiles.setPage(null),
    onHeard: () => menu.refreshSoon(),
  })
  const progress = new SystemProgress(window)
  const notifications = new Notifications(window, studio)
  const stopListening = studio.onJobs((jobs) => {
    progress.update(jobs)
    notifications.update(jobs)
    menu.refreshSoon()
  })
  reviveCrashedPage(window)
  new QuitGuard(window, studio, () => {
    stopListening()
    progress.close()
    menu.close()
  })
}
