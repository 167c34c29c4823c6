import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dialog, shell } from 'electron'
import type { BrowserWindow, MenuItemConstructorOptions } from 'electron'
import { checkUpdates, isOffline } from '../host/index.ts'
import type { AppPaths, StudioService } from '../host/index.ts'

export interface HelpOptions {
  readonly window: BrowserWindow
  readonly studio: Pick<StudioService, 'settings'>
  readonly paths: Pick<AppPaths, 'resources'>
  /** Page of releases: `releasesPage()`; null where this copy knows of none. */
  readonly releases: string | null
  readonly appVersion: string
  readonly env: NodeJS.ProcessEnv
}

/** The help menu's items of a package: documents, and a check for updates. A clone has neither. */
export function helpItems(options: HelpOptions): MenuItemConstructorOptions[] {
  const { paths, releases } = options
  // Beside the archive, as the resources are: another program opens it.
  const licences = join(paths.resources, '..', 'out', 'licences.txt')
  return [
    ...(existsSync(licences)
      ? [{ id: 'licences', label: 'Licences', click: () => void shell.openPath(licences) }]
      : []),
    ...(releases !== null
      ? [{ id: 'updates', label: 'Check for Updates…', click: () => void tellUpdates(releases, options) }]
      : []),
  ]
}

/** Nothing is asked before this was chosen, and nothing at all where Pastiche stays offline. */
async function tellUpdates(page: string, { window, studio, appVersion, env }: HelpOptions): Promise<void> {
  const say = (message: string, detail: string, buttons = ['OK']): Promise<Electron.MessageBoxReturnValue> =>
    dialog.showMessageBox(window, {
      type: 'info',
      message,
      detail,
      buttons,
      defaultId: 0,
      cancelId: buttons.length - 1,
    })
  if (isOffline(studio.settings, env)) {
    await say('Pastiche stays offline.', 'Switch "Stay offline" off in the settings to look for updates.')
    return
  }
  const answer = await checkUpdates(page, appVersion, env)
  if (window.isDestroyed()) return
  if (answer.state === 'newest') await say('This is the newest Pastiche.', `Version ${appVersion}`)
  else if (answer.state === 'failed')
    await say('The page of releases could not be read.', `${page}: ${answer.reason}.`)
  else {
    const detail = `This is version ${appVersion}. Nothing is downloaded unless you do it yourself.`
    const { response } = await say(`Pastiche ${answer.version} is there.`, detail, ['Open Its Page', 'Later'])
    if (response === 0) await shell.openExternal(page)
  }
}
