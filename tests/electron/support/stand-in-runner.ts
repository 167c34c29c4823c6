import { fork, type ChildProcess } from 'node:child_process'
import { basename, join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { ControlReport } from '../stand-in/control.ts'
import { buildStandIn } from './build-stand-in.ts'
import type { DesktopApp, Electron, Runner, StartOptions } from './desktop-app.ts'
import { leaveAtOnce } from './leave-at-once.ts'
import { root } from './root.ts'

/** Place of the app, and the program that runs it. */
export interface AppPlace {
  readonly appRoot: string
  /** A binary that runs Node: that of a package made with the stand-in; by default Node itself. */
  readonly execPath?: string
  readonly isPackaged?: boolean
}

/** Runs the built app on the stand-in of Electron, with a Chromium of this machine. */
export async function standInRunner(
  chromiumPath: string,
  place: AppPlace = { appRoot: root },
): Promise<Runner> {
  const standIn = await buildStandIn()
  const launch = (options: StartOptions): ChildProcess =>
    launchApp(standIn.folder, chromiumPath, options, place)
  return {
    name: 'the stand-in of Electron',
    start: (options) => StandInApp.start(launch(options)),
    async startSecond(options) {
      return { code: await exitOf(launch(options)) }
    },
    close: () => standIn.remove(),
  }
}

function launchApp(
  standIn: string,
  chromiumPath: string,
  { home, args = [] }: StartOptions,
  { appRoot, execPath = process.execPath, isPackaged = false }: AppPlace,
): ChildProcess {
  return fork(join(appRoot, 'out', 'main', 'index.js'), args, {
    cwd: appRoot,
    execPath,
    execArgv: ['--enable-source-maps', '--import', join(standIn, 'register.mjs')],
    env: {
      ...process.env,
      PASTICHE_HOME: home,
      CHROMIUM_PATH: chromiumPath,
      NODE_OPTIONS: '',
      STAND_IN_NODE: process.execPath,
      STAND_IN_PACKAGED: isPackaged ? '1' : '',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}

const windowTimeoutMs = 60_000

class StandInApp implements DesktopApp {
  readonly exited: Promise<{ readonly code: number | null }>
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (report: ControlReport) => void>()
  readonly #launched: Promise<string>
  #page: Page | null = null
  #browser: Browser | null = null
  #text = ''
  #lastId = 0

  static async start(child: ChildProcess): Promise<StandInApp> {
    const app = new StandInApp(child)
    await Promise.race([app.#join(), app.exited.then(() => Promise.reject(new Error(app.output())))])
    return app
  }

  private constructor(child: ChildProcess) {
    this.#child = child
    this.exited = exitOf(child).then((code) => ({ code }))
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#text += text))
    this.#launched = new Promise((resolve) => {
      child.on('message', (report: ControlReport) => {
        if (report.kind === 'launched') resolve(report.debugAddress)
        else this.#waiting.get(report.id)?.(report)
      })
    })
    void this.exited.then(() => {
      for (const settle of this.#waiting.values())
        settle({ kind: 'error', id: 0, message: `The app has ended.\n${this.#text}` })
    })
  }

  get page(): Page {
    return this.#page!
  }

  get pid(): number {
    return this.#child.pid!
  }

  output(): string {
    return this.#text
  }

  evaluate<R, A = undefined>(run: (electron: Electron, arg: A) => R | Promise<R>, arg?: A): Promise<R> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (report) => {
        this.#waiting.delete(id)
        if (report.kind === 'error') reject(new Error(report.message))
        else if (report.kind === 'value') resolve(report.value as R)
      })
      if (this.#child.connected) this.#child.send({ id, source: run.toString(), arg })
      else reject(new Error(`The app has ended.\n${this.#text}`))
    })
  }

  async putFile(selector: string, path: string): Promise<void> {
    await this.page.evaluate(
      ([name, place]) => {
        const world = globalThis as { standInPaths?: Record<string, string> }
        world.standInPaths = { ...world.standInPaths, [name]: place }
      },
      [basename(path), path] as const,
    )
    await this.page.setInputFiles(selector, path)
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      // The answer may not come any more.
      void this.evaluate(leaveAtOnce).catch(() => undefined)
      await this.exited
    }
    await this.#browser?.close()
  }

  async #join(): Promise<void> {
    this.#browser = await chromium.connectOverCDP(await this.#launched)
    const deadline = Date.now() + windowTimeoutMs
    while (Date.now() < deadline) {
      this.#page =
        this.#browser
          .contexts()
          .flatMap((context) => context.pages())
          .find((page) => page.url().includes('.pastiche.localhost')) ?? null
      if (this.#page !== null) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`The app has opened no window.\n${this.#text}`)
  }
}
