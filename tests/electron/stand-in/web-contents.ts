import { EventEmitter } from 'node:events'
import type { Frame, Page, Request } from 'playwright-core'
import type { StandInIpcMain } from './ipc-main.ts'
import type { OriginServer } from './origin-server.ts'
import { preventable } from './preventable.ts'
import type { StandInSession } from './session.ts'
import { strict } from './strict.ts'

export interface StandInFrame {
  readonly origin: string
  readonly url: string
  readonly parent: StandInFrame | null
}

export interface ContentsParts {
  readonly session: StandInSession
  readonly server: OriginServer
  readonly ipcMain: StandInIpcMain
}

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

/** Content of a window: its page, messages in and out of it, navigation. */
export class StandInWebContents extends EventEmitter {
  readonly session: StandInSession
  /** As the app sees it. */
  readonly self: StandInWebContents
  /** Resolves when there is a page. */
  readonly loaded: Promise<Page>
  /** Policy of the app for WebRTC; Electron's default unless it says otherwise. */
  webRTCIPHandlingPolicy = 'default'
  readonly #parts: ContentsParts
  readonly #setPage: (page: Page) => void
  #page: Page | null = null
  #openHandler: OpenHandler | null = null
  /** True if the app itself has asked for the navigation that comes next. */
  #isAsked = false

  constructor(parts: ContentsParts) {
    super()
    this.#parts = parts
    this.self = strict('webContents', this)
    this.session = parts.session
    let setPage = (_page: Page): void => undefined
    this.loaded = new Promise((resolve) => {
      setPage = resolve
    })
    this.#setPage = setPage
  }

  get mainFrame(): StandInFrame {
    return this.#frame(this.#page!.mainFrame())
  }

  getURL(): string {
    return this.#page === null ? '' : this.#parts.server.toApp(this.#page.url())
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }

  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRTCIPHandlingPolicy = policy
  }

  /** Joins a page: from now on it can be told things, and tells them. */
  async attach(page: Page, script: string): Promise<void> {
    this.#page = page
    await page.exposeBinding(
      'standInSend',
      ({ frame }, kind: 'send' | 'invoke', channel: string, args: unknown[]) =>
        this.#receive(frame, kind, channel, args),
    )
    await page.addInitScript({ content: script })
    page.on('crash', () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 139 }))
    this.#setPage(page)
  }

  async load(address: string): Promise<void> {
    const page = await this.loaded
    this.#isAsked = true
    await page.goto(this.#parts.server.toBrowser(address), { waitUntil: 'domcontentloaded' })
  }

  reload(): void {
    this.#isAsked = true
    // A page that has crashed cannot be reloaded by its own renderer; going to its address starts another.
    void this.#page!.goto(this.#page!.url()).catch(() => undefined)
  }

  send(channel: string, ...args: unknown[]): void {
    const values = structuredClone(args)
    void this.#page
      ?.evaluate(
        ([name, sent]) =>
          (globalThis as unknown as { standInReceive(name: string, sent: unknown[]): void }).standInReceive(
            name,
            sent,
          ),
        [channel, values] as const,
      )
      // Nobody hears what is said to a page that is being left.
      .catch(() => undefined)
  }

  mayOpen(url: string): boolean {
    return this.#openHandler === null || this.#openHandler({ url }).action === 'allow'
  }

  mayNavigate(request: Request, url: string): boolean {
    const frame = request.frame()
    const isMainFrame = frame.parentFrame() === null
    const details = preventable({ url, isMainFrame, isSameDocument: false, frame: this.#frame(frame) })
    if (this.#isAsked && isMainFrame) this.#isAsked = false
    else if (request.redirectedFrom() !== null) this.emit('will-redirect', details)
    else {
      this.emit('will-frame-navigate', details)
      if (isMainFrame && !details.defaultPrevented) this.emit('will-navigate', details)
    }
    if (!details.defaultPrevented) this.emit('did-start-navigation', details)
    return !details.defaultPrevented
  }

  async #receive(frame: Frame, kind: 'send' | 'invoke', channel: string, args: unknown[]): Promise<unknown> {
    const { ipcMain } = this.#parts
    const event = preventable({ sender: this.self, senderFrame: this.#frame(frame), type: 'frame' })
    if (kind === 'invoke') return ipcMain.invoke(channel, event, args)
    ipcMain.emit(channel, event, ...args)
    return undefined
  }

  #frame(frame: Frame): StandInFrame {
    const parent = frame.parentFrame()
    const { server } = this.#parts
    const url = server.toApp(frame.url())
    return { url, origin: server.originOf(frame.url()), parent: parent === null ? null : this.#frame(parent) }
  }
}
