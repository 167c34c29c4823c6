import { ipcMain } from 'electron'
import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron'
import type { StudioPage, StudioService, StudioShell } from '../host/index.ts'
import { bridgeChannels } from '../shared/desktop-bridge.ts'
import { PasticheError } from '../shared/errors.ts'
import { PortLine } from '../shared/rpc/line.ts'
import { grantedPath, lineMessage, readAsJson } from './bridge-schema.ts'
import { isFromOwnPage } from './sender.ts'

export interface BridgeOptions {
  readonly studio: Pick<StudioService, 'connect' | 'grant'>
  readonly shell: StudioShell
  /** The only page whose messages are accepted. */
  readonly contents: WebContents
  /** Called when the page has what it needs to be shown, and can receive events. */
  readonly onReady: (page: StudioPage) => void
  readonly onGone: () => void
  /** Called after each message of the page: something may have changed. */
  readonly onHeard?: () => void
}

/** The main process's side of `DesktopBridge`: one line to the page at a time, and tickets for files that were dropped on it. */
export class Bridge {
  readonly #options: BridgeOptions
  #line: PortLine | null = null
  /** The page's name for the line. */
  #name = ''
  #page: StudioPage | null = null

  constructor(options: BridgeOptions) {
    this.#options = options
    ipcMain.on(bridgeChannels.line, this.#hear)
    ipcMain.handle(bridgeChannels.grant, this.#grant)
    const { contents } = options
    // The document is gone: the next one must not receive what was meant for it.
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) this.#forget()
    })
    contents.on('render-process-gone', () => this.#forget())
    contents.on('destroyed', () => this.#forget())
  }

  /** The connected page. */
  get page(): StudioPage | null {
    return this.#page
  }

  /** Stops listening. Idempotent. */
  close(): void {
    this.#forget()
    ipcMain.off(bridgeChannels.line, this.#hear)
    ipcMain.removeHandler(bridgeChannels.grant)
  }

  readonly #hear = (event: IpcMainEvent, said: unknown): void => {
    if (!isFromOwnPage(event, this.#options.contents)) return
    const words = lineMessage.safeParse(said)
    if (!words.success) return
    const { data } = words
    if ('open' in data) this.#open(data.line)
    else if (data.line === this.#name) {
      if ('close' in data) this.#line?.end()
      else this.#line?.receive(readAsJson(data.message))
    }
    this.#options.onHeard?.()
  }

  /** Answers rather than throws: Electron would keep nothing of an error but its message, with words of its own before it. */
  readonly #grant = (event: IpcMainInvokeEvent, said: unknown): { ticket: string } | { error: string } => {
    if (!isFromOwnPage(event, this.#options.contents))
      return { error: 'Only the page of the studio may open files.' }
    const path = grantedPath.safeParse(said)
    if (!path.success) return { error: 'This is not the absolute path of a file.' }
    try {
      return { ticket: this.#options.studio.grant(path.data) }
    } catch (thrown) {
      return { error: PasticheError.from(thrown).message }
    }
  }

  #open(name: string): void {
    this.#line?.close()
    const { contents, studio, shell } = this.#options
    let isReady = false
    const line: PortLine = new PortLine({
      post: (json) => {
        const message: unknown = JSON.parse(json)
        contents.send(bridgeChannels.line, { line: name, message })
        if (isReady || !isAnswer(message)) return
        isReady = true
        if (this.#page !== null && this.#line === line) this.#options.onReady(this.#page)
      },
      hangUp: () => {
        contents.send(bridgeChannels.line, { line: name, close: true })
        line.end()
      },
    })
    this.#line = line
    this.#name = name
    line.onClose(() => this.#leave(line))
    this.#page = studio.connect(line, shell)
  }

  #leave(line: PortLine): void {
    if (this.#line !== line) return
    this.#line = null
    this.#page = null
    this.#options.onGone()
  }

  /** Closes the line without telling the page, which is gone. */
  #forget(): void {
    const line = this.#line
    if (line === null) return
    this.#leave(line)
    line.end()
  }
}

/** The first answer is that to `open`: from then on, what a page is told does not cross with its first sight of the studio. */
function isAnswer(message: unknown): boolean {
  return (message as { readonly t?: unknown }).t === 'ok'
}
