/* The small things around the window: dialogs, menu, notifications, clipboard, displays, power. */
import { EventEmitter } from 'node:events'
import { readiness } from './readiness.ts'

/** A dialog that no test has answered is closed by the user. */
export const dialog = {
  showOpenDialog: (): Promise<object> => Promise.resolve({ canceled: true, filePaths: [] }),
  showSaveDialog: (): Promise<object> => Promise.resolve({ canceled: true, filePath: '' }),
  showMessageBox: (_window: unknown, { cancelId = 0 }: Electron.MessageBoxOptions): Promise<object> =>
    Promise.resolve({ response: cancelId, checkboxChecked: false }),
  showErrorBox: (title: string, content: string): void => void process.stderr.write(`${title}: ${content}\n`),
}

type Template = Electron.MenuItemConstructorOptions

interface StandInItem extends Omit<Template, 'click' | 'submenu'> {
  readonly submenu: StandInMenu | undefined
  click(): void
}

export class StandInMenu {
  readonly items: StandInItem[]
  static #application: StandInMenu | null = null

  constructor(template: Template[]) {
    this.items = template.map((entry) => ({
      ...entry,
      submenu: Array.isArray(entry.submenu) ? new StandInMenu(entry.submenu) : undefined,
      click: () => (entry.click as (() => void) | undefined)?.(),
    }))
  }

  static buildFromTemplate(template: Template[]): StandInMenu {
    return new StandInMenu(template)
  }

  static setApplicationMenu(menu: StandInMenu | null): void {
    StandInMenu.#application = menu
  }

  static getApplicationMenu(): StandInMenu | null {
    return StandInMenu.#application
  }

  getMenuItemById(id: string): StandInItem | null {
    for (const item of this.items) {
      if (item.id === id) return item
      const inner = item.submenu?.getMenuItemById(id) ?? null
      if (inner !== null) return inner
    }
    return null
  }
}

export class StandInNotification extends EventEmitter {
  static readonly shown: StandInNotification[] = []
  readonly title: string
  readonly body: string

  constructor({ title = '', body = '' }: Electron.NotificationConstructorOptions = {}) {
    super()
    this.title = title
    this.body = body
  }

  static isSupported(): boolean {
    return true
  }

  show(): void {
    StandInNotification.shown.push(this)
  }
}

export class PowerSaveBlocker {
  readonly #started = new Set<number>()
  #last = 0

  start(): number {
    this.#last += 1
    this.#started.add(this.#last)
    return this.#last
  }

  stop(id: number): boolean {
    return this.#started.delete(id)
  }

  isStarted(id: number): boolean {
    return this.#started.has(id)
  }
}

export const powerSaveBlocker = new PowerSaveBlocker()
export const powerMonitor = new EventEmitter()

export class StandInClipboardItem {
  readonly #items: Record<string, Blob>

  constructor(items: Record<string, Blob>) {
    this.#items = items
  }

  get types(): string[] {
    return Object.keys(this.#items)
  }

  getType(type: string): Promise<Blob> {
    const blob = this.#items[type]
    return blob === undefined ? Promise.reject(new Error(`Nothing of type ${type}.`)) : Promise.resolve(blob)
  }
}

export class Clipboard {
  #items: StandInClipboardItem[] = []

  write(items: StandInClipboardItem[]): Promise<void> {
    this.#items = items
    return Promise.resolve()
  }

  read(): Promise<StandInClipboardItem[]> {
    return Promise.resolve(this.#items)
  }
}

export const clipboard = new Clipboard()

export const shell = {
  shown: [] as string[],
  showItemInFolder(path: string): void {
    shell.shown.push(path)
  },
  opened: [] as string[],
  openPath(path: string): Promise<string> {
    shell.opened.push(path)
    return Promise.resolve('')
  },
  openExternal(url: string): Promise<void> {
    shell.opened.push(url)
    return Promise.resolve()
  },
}

export const screen = {
  displays: [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
  getAllDisplays(): { workArea: Electron.Rectangle }[] {
    readiness.only('after', 'screen')
    return screen.displays
  },
}

export class NativeTheme extends EventEmitter {
  #source: 'system' | 'light' | 'dark' = 'system'

  get themeSource(): 'system' | 'light' | 'dark' {
    return this.#source
  }

  set themeSource(source: 'system' | 'light' | 'dark') {
    this.#source = source
    this.emit('updated')
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark'
  }
}

export const nativeTheme = new NativeTheme()
