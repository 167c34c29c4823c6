import { EventEmitter } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { preventable } from './preventable.ts'
import { readiness } from './readiness.ts'
import { running } from './utility-process.ts'

/** A window, as far as the app's end is concerned. */
export interface Closable {
  close(): void
  isDestroyed(): boolean
}

const secondPollMs = 100

export class App extends EventEmitter {
  readonly isPackaged = process.env['STAND_IN_PACKAGED'] === '1'
  readonly windows: Closable[] = []
  isSandboxed = false
  /** Switches of Chromium; Electron reads them until it is ready. */
  readonly switches = new Map<string, string>()
  readonly commandLine = {
    appendSwitch: (name: string, value = ''): void => {
      readiness.only('before', 'app.commandLine.appendSwitch')
      this.switches.set(name, value)
    },
  }
  /** Ends what the app has started, before the process goes. */
  cleanUp: () => Promise<void> = () => Promise.resolve()
  readonly #paths = new Map<string, string>([['userData', join(homedir(), '.config', 'stand-in')]])
  #quitting = false
  #lock: string | null = null

  setPath(name: string, path: string): void {
    this.#paths.set(name, path)
  }

  getPath(name: string): string {
    return this.#paths.get(name) ?? join(homedir(), name)
  }

  setAppUserModelId(): void {
    // Windows alone has use for it.
  }

  enableSandbox(): void {
    readiness.only('before', 'app.enableSandbox')
    this.isSandboxed = true
  }

  whenReady(): Promise<void> {
    if (readiness.isReady) return Promise.resolve()
    return new Promise((resolve) => this.once('ready', resolve))
  }

  becomeReady(): void {
    readiness.isReady = true
    this.emit('ready')
  }

  getAppMetrics(): { type: string; name: string; pid: number | undefined }[] {
    return [...running].map(([child, name]) => ({ type: 'Utility', name, pid: child.pid }))
  }

  /** One process for each profile, as in Electron; a later one leaves its arguments and goes. */
  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData')
    mkdirSync(folder, { recursive: true })
    const lock = join(folder, 'stand-in.lock')
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
    } catch {
      const note = { args: process.argv, workingDirectory: process.cwd() }
      writeFileSync(join(folder, `second-${process.pid}.json`), JSON.stringify(note))
      return false
    }
    this.#lock = lock
    setInterval(() => this.#readNotes(folder), secondPollMs).unref()
    return true
  }

  quit(): void {
    if (this.#quitting) return
    const event = preventable({})
    this.emit('before-quit', event)
    if (event.defaultPrevented) return
    for (const window of [...this.windows]) window.close()
    if (this.windows.some((window) => !window.isDestroyed())) return
    const will = preventable({})
    this.emit('will-quit', will)
    if (!will.defaultPrevented) this.exit(0)
  }

  exit(code = 0): void {
    if (this.#quitting) return
    this.#quitting = true
    if (this.#lock !== null) rmSync(this.#lock, { force: true })
    void this.cleanUp().finally(() => {
      this.emit('quit', {}, code)
      process.exit(code)
    })
  }

  /** Behaviour of Electron when the last window has gone and nobody listens. */
  windowClosed(window: Closable): void {
    this.windows.splice(this.windows.indexOf(window), 1)
    if (this.windows.length === 0 && !this.emit('window-all-closed')) this.quit()
  }

  #readNotes(folder: string): void {
    for (const name of readdirSync(folder).filter((entry) => entry.startsWith('second-'))) {
      const file = join(folder, name)
      const text = readFileSync(file, 'utf8')
      if (text === '') continue
      rmSync(file)
      const { args, workingDirectory } = JSON.parse(text) as { args: string[]; workingDirectory: string }
      this.emit('second-instance', preventable({}), args, workingDirectory, null)
    }
  }
}
