import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { App } from './app.ts'
import type { Browser } from './browser.ts'
import { pageScript } from './page-world.ts'
import { preventable } from './preventable.ts'
import { readiness } from './readiness.ts'
import { StandInWebContents, type ContentsParts } from './web-contents.ts'

interface Surroundings extends ContentsParts {
  readonly app: App
  readonly browser: Browser
}

type Options = Electron.BrowserWindowConstructorOptions
type Bounds = Electron.Rectangle

/** A class, as Electron's is; its windows live in the given surroundings. */
export function browserWindowClass(around: Surroundings): typeof StandInBrowserWindow {
  return class BrowserWindow extends StandInBrowserWindow {
    constructor(options: Options) {
      super(options, around)
    }
  }
}

export class StandInBrowserWindow extends EventEmitter {
  readonly webContents: StandInWebContents
  /** Options from the app, and everything it has shown, for tests to see. */
  readonly options: Options
  readonly progressBars: number[] = []
  backgroundColor = ''
  #bounds: Bounds
  #isMaximized = false
  #isVisible = false
  #isFocused = false
  #isMinimized = false
  #isDestroyed = false
  readonly #around: Surroundings
  static #all: StandInBrowserWindow[] = []

  constructor(options: Options, around: Surroundings) {
    super()
    readiness.only('after', 'BrowserWindow')
    this.#around = around
    this.options = options
    const { x = 40, y = 40, width = 800, height = 600 } = options
    this.#bounds = { x, y, width, height }
    this.webContents = new StandInWebContents(around).self
    StandInBrowserWindow.#all.push(this)
    around.app.windows.push(this)
    around.app.emit('web-contents-created', {}, this.webContents)
    void this.#open()
  }

  static getAllWindows(): StandInBrowserWindow[] {
    return [...StandInBrowserWindow.#all]
  }

  async loadURL(address: string): Promise<void> {
    await this.webContents.load(address)
    if (!this.#isDestroyed) this.emit('ready-to-show')
  }

  close(): void {
    if (this.#isDestroyed) return
    const event = preventable({})
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }

  destroy(): void {
    this.#isDestroyed = true
    StandInBrowserWindow.#all = StandInBrowserWindow.#all.filter((window) => window !== this)
    this.webContents.emit('destroyed')
    this.emit('closed')
    this.#around.app.windowClosed(this)
  }

  isDestroyed(): boolean {
    return this.#isDestroyed
  }

  show(): void {
    this.#isVisible = true
    this.focus()
  }

  hide(): void {
    this.#isVisible = false
    this.blur()
  }

  focus(): void {
    this.#isFocused = true
    this.emit('focus')
  }

  blur(): void {
    this.#isFocused = false
    this.emit('blur')
  }

  isVisible(): boolean {
    return this.#isVisible
  }

  isFocused(): boolean {
    return this.#isFocused
  }

  minimize(): void {
    this.#isMinimized = true
    this.blur()
  }

  restore(): void {
    this.#isMinimized = false
  }

  isMinimized(): boolean {
    return this.#isMinimized
  }

  maximize(): void {
    this.#isMaximized = true
  }

  isMaximized(): boolean {
    return this.#isMaximized
  }

  setBounds(bounds: Partial<Bounds>): void {
    this.#bounds = { ...this.#bounds, ...bounds }
  }

  getNormalBounds(): Bounds {
    return { ...this.#bounds }
  }

  setProgressBar(progress: number): void {
    this.progressBars.push(progress)
  }

  setBackgroundColor(colour: string): void {
    this.backgroundColor = colour
  }

  async #open(): Promise<void> {
    const { preload } = this.options.webPreferences ?? {}
    const script = pageScript(preload === undefined ? '' : readFileSync(preload, 'utf8'))
    const { width, height } = this.#bounds
    const contents = this.webContents
    await this.#around.browser.open({ width, height }, async (page) => {
      await contents.attach(page, script)
      return {
        page,
        mayNavigate: (request, url) => contents.mayNavigate(request, url),
        mayOpen: (url) => contents.mayOpen(url),
      }
    })
  }
}
