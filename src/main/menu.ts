import { app, Menu } from 'electron'
import type { MenuItemConstructorOptions } from 'electron'
import type { StudioPage, StudioService } from '../host/index.ts'
import { menuTemplate, type RecentFile } from './menu-template.ts'

export interface AppMenuOptions {
  readonly studio: Pick<StudioService, 'recentFiles'>
  /** The page that commands go to; null while none is there. */
  readonly page: () => StudioPage | null
  readonly help: readonly MenuItemConstructorOptions[]
}

/** Changes come in bursts, and nobody looks at a menu within the second in which they drop a picture. */
const refreshRestMs = 1000

/** The application's menu, rebuilt when the list of recent pictures has changed: Electron's menus are made once. */
export class AppMenu {
  readonly #options: AppMenuOptions
  #recent: readonly RecentFile[] = []
  #timer: NodeJS.Timeout | null = null

  constructor(options: AppMenuOptions) {
    this.#options = options
    this.#recent = options.studio.recentFiles()
    this.#build()
  }

  /** Something has happened that may have changed the list. */
  refreshSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#refresh()
    }, refreshRestMs)
  }

  /** Idempotent. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #refresh(): void {
    const recent = this.#options.studio.recentFiles()
    const isSame =
      recent.length === this.#recent.length &&
      recent.every(({ path }, index) => path === this.#recent[index]?.path)
    if (isSame) return
    this.#recent = recent
    this.#build()
  }

  #build(): void {
    const template = menuTemplate({
      platform: process.platform,
      recent: this.#recent,
      devTools: !app.isPackaged,
      run: (command) => this.#options.page()?.command(command),
      openRecent: (path) => this.#options.page()?.opened([path]),
      help: this.#options.help,
    })
    Menu.setApplicationMenu(Menu.buildFromTemplate(template))
  }
}
