import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page, type Request, type Route } from 'playwright-core'
import type { OriginServer } from './origin-server.ts'
import type { StandInSession } from './session.ts'

/** A window, as far as the browser is concerned. */
export interface BrowserPage {
  readonly page: Page
  /** True if the app lets a frame of it go to another address. The address is as the app writes it. */
  mayNavigate(request: Request, address: string): boolean
  /** True if the app lets it open another window. */
  mayOpen(address: string): boolean
}

/** The real Chromium behind the stand-in's windows. */
export class Browser {
  /** Requests that left for another place than the app's own origin, though the app had the chance to stop them. */
  readonly escaped: string[] = []
  readonly #server: OriginServer
  readonly #session: StandInSession
  readonly #pages: BrowserPage[] = []
  #context: BrowserContext | null = null
  #debugPort = ''

  constructor(server: OriginServer, session: StandInSession) {
    this.#server = server
    this.#session = session
  }

  /** Address at which another Playwright can join in. */
  get debugAddress(): string {
    return `http://127.0.0.1:${this.#debugPort}`
  }

  async launch(executablePath: string, profile: string): Promise<void> {
    await mkdir(profile, { recursive: true })
    this.#context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      viewport: null,
      args: ['--no-sandbox', '--remote-debugging-port=0'],
    })
    this.#debugPort = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')[0]!
    await this.#context.route('**/*', (route, request) => this.#route(route, request))
    this.#context.on('page', (page) => void this.#judgePopup(page))
  }

  /** @param prepare is run before the page loads anything */
  async open(
    size: { width: number; height: number },
    prepare: (page: Page) => Promise<BrowserPage>,
  ): Promise<BrowserPage> {
    const context = this.#context!
    // A persistent context begins with a page of its own.
    const page = context.pages().find((candidate) => !this.#isOurs(candidate)) ?? (await context.newPage())
    await page.setViewportSize(size)
    const ours = await prepare(page)
    this.#pages.push(ours)
    return ours
  }

  async close(): Promise<void> {
    await this.#context?.close()
    this.#server.close()
  }

  #isOurs(page: Page): boolean {
    return this.#pages.some((ours) => ours.page === page)
  }

  async #route(route: Route, request: Request): Promise<void> {
    const url = request.url()
    const address = this.#server.toApp(url)
    const ours = this.#pages.find(({ page }) => page === pageOf(request))
    const mayGo = ours !== undefined && (!request.isNavigationRequest() || ours.mayNavigate(request, address))
    if (!mayGo || !(await this.#session.allows(address))) {
      // A page that may not go stays where it is; this way it does not even show that it tried.
      await route.abort('aborted').catch(() => undefined)
      return
    }
    if (address === url) this.escaped.push(url)
    await route.continue().catch(() => undefined)
  }

  async #judgePopup(page: Page): Promise<void> {
    const opener = await page.opener()
    const ours = this.#pages.find((candidate) => candidate.page === opener)
    if (ours === undefined) return
    // As in Electron, one that may open stays.
    if (ours.mayOpen(this.#server.toApp(page.url()))) this.escaped.push(`window ${page.url()}`)
    else await page.close().catch(() => undefined)
  }
}

/** The page of a request; null for one that is only just being opened: it belongs to nobody yet. */
function pageOf(request: Request): Page | null {
  try {
    return request.frame().page()
  } catch {
    return null
  }
}
