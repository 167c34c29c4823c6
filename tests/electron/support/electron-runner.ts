import { spawn } from 'node:child_process'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import type { DesktopApp, Electron, Runner, StartOptions } from './desktop-app.ts'
import { leaveAtOnce } from './leave-at-once.ts'
import { root } from './root.ts'

/** Runs the built app on Electron itself. */
export function electronRunner(executablePath: string): Runner {
  const environment = (home: string): Record<string, string> => ({
    ...(process.env as Record<string, string>),
    PASTICHE_HOME: home,
  })
  const argsOf = (args: readonly string[] = []): string[] => [
    // Continuous integration runs as root, where Chromium's own sandbox cannot.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    root,
    ...args,
  ]
  return {
    name: 'Electron',
    async start({ home, args }: StartOptions) {
      const app = await _electron.launch({ executablePath, args: argsOf(args), env: environment(home) })
      return new RealApp(app, await app.firstWindow())
    },
    startSecond: ({ home, args }) =>
      new Promise((resolve) => {
        const child = spawn(executablePath, argsOf(args), { env: environment(home), stdio: 'ignore' })
        child.once('exit', (code) => resolve({ code }))
      }),
    close: () => Promise.resolve(),
  }
}

class RealApp implements DesktopApp {
  readonly page: Page
  readonly exited: Promise<{ readonly code: number | null }>
  readonly #app: ElectronApplication
  #text = ''

  constructor(app: ElectronApplication, page: Page) {
    this.#app = app
    this.page = page
    const child = app.process()
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => (this.#text += bytes.toString()))
    this.exited = new Promise((resolve) => child.once('exit', (code) => resolve({ code })))
  }

  get pid(): number {
    return this.#app.process().pid!
  }

  output(): string {
    return this.#text
  }

  evaluate<R, A = undefined>(run: (electron: Electron, arg: A) => R | Promise<R>, arg?: A): Promise<R> {
    return this.#app.evaluate(run as never, arg as never)
  }

  async putFile(selector: string, path: string): Promise<void> {
    await this.page.setInputFiles(selector, path)
  }

  async close(): Promise<void> {
    const { exitCode, signalCode } = this.#app.process()
    if (exitCode !== null || signalCode !== null) return
    void this.evaluate(leaveAtOnce).catch(() => undefined)
    await this.exited
  }
}
