import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './root.ts'

const startTimeoutMs = 90_000

export interface ServedOptions {
  /** On top of this process's own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** A folder that is there already; without one, a temporary folder that goes with the studio. */
  readonly home?: string
  /** Another copy of the app than this repository. */
  readonly app?: string
  /** More options of the command. */
  readonly args?: readonly string[]
}

/** `pastiche serve` as a process of its own, with everything it writes in one folder. */
export class ServedStudio {
  readonly home: string
  /** The address that was printed last, with its token; each signs one browser in. */
  url = ''
  /** When the process was started, on the clock of `Date.now`. */
  startedAtMs = 0
  said = ''
  readonly #env: Readonly<Record<string, string>>
  readonly #ownsHome: boolean
  readonly #app: string
  readonly #args: readonly string[]
  #child: ChildProcess | null = null

  private constructor(home: string, { env = {}, home: given, app = root, args = [] }: ServedOptions) {
    this.home = home
    this.#ownsHome = given === undefined
    this.#env = env
    this.#app = app
    this.#args = args
  }

  static async start(options: ServedOptions = {}): Promise<ServedStudio> {
    const home = options.home ?? (await mkdtemp(join(tmpdir(), 'pastiche-e2e-')))
    const studio = new ServedStudio(home, options)
    await studio.#spawn(0)
    return studio
  }

  get origin(): string {
    return new URL(this.url).origin
  }

  /** Waits until an address was used, and the next one is printed. */
  async printsNextAfter(address: string): Promise<void> {
    for (let tries = 0; this.url === address; tries++) {
      if (tries === 100) throw new Error(`The studio prints no other address: ${this.said}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  /** Asks it to end, as Ctrl-C or the system does. @returns its exit code */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** The same library at the same port; browsers have to sign in again. */
  async start(): Promise<void> {
    await this.#spawn(Number(new URL(this.url).port))
  }

  async restart(how: 'stop' | 'kill' = 'stop'): Promise<void> {
    await this[how]()
    await this.start()
  }

  async dispose(): Promise<void> {
    await this.kill()
    if (this.#ownsHome) await rm(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }

  /** The engine that has worked most, as a process id. Linux alone tells of that. */
  busiestWorker(): number {
    const workers = childrenOf(this.#child!.pid!)
    if (workers.length === 0) throw new Error('Expected an engine at work, found no child process.')
    return workers.reduce((most, pid) => (ticksOf(pid) > ticksOf(most) ? pid : most))
  }

  /** Sockets of the server and its engines that lead to another computer, as the kernel lists them. Linux alone tells. */
  farSockets(): string[] {
    const pid = this.#child?.pid
    return pid === undefined ? [] : [pid, ...childrenOf(pid)].flatMap((one) => farSocketsOf(one))
  }

  async #spawn(port: number): Promise<void> {
    // Playwright sets some of these for itself; a user's terminal has none.
    const { FORCE_COLOR: _, NODE_OPTIONS: _options, ...own } = process.env
    const env = { ...own, PASTICHE_HOME: this.home, NO_COLOR: '1', ...this.#env }
    this.startedAtMs = Date.now()
    const child = spawn(
      process.execPath,
      ['bin/pastiche.mjs', 'serve', '--port', String(port), ...this.#args],
      {
        cwd: this.#app,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.#child = child
    this.said = ''
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`Expected an address within ${startTimeoutMs} ms, received: ${this.said}`))
      }, startTimeoutMs)
      const hear = (chunk: Buffer): void => {
        this.said += chunk.toString()
        this.url = [...this.said.matchAll(/^(http:\/\/\S+token=\S+)\n/gm)].at(-1)?.[1] ?? ''
        if (this.url === '' || !this.said.includes('Ctrl-C ends it.')) return
        clearTimeout(timer)
        resolve()
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('close', (code) => {
        clearTimeout(timer)
        reject(new Error(`Expected an address, received exit code ${code}: ${this.said}`))
      })
    })
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    this.#child = null
    if (child?.exitCode !== null || child.signalCode !== null) return null
    const workers = childrenOf(child.pid!)
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
    child.kill(signal)
    const code = await gone
    // Engines see that they are alone, and end: the library is free only then.
    for (let tries = 0; tries < 100 && workers.some(isAlive); tries++)
      await new Promise((resolve) => setTimeout(resolve, 100))
    return code
  }
}

function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}

const tables = ['tcp', 'tcp6', 'udp', 'udp6']
/** In the kernel's words: nowhere, 127.0.0.1, ::1 and ::ffff:127.0.0.1. */
const near = /^(0+|0100007F|0{24}01000000|0000000000000000FFFF00000100007F):/

function farSocketsOf(pid: number): string[] {
  try {
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`))
    const own = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]))
    return tables
      .flatMap((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').trim().split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => own.has(fields[9]) && !near.test(fields[2]!))
      .map((fields) => fields[2]!)
  } catch {
    // It has just ended, or this is no Linux.
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** Time on the processor, in the kernel's ticks. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Names of what lies in a folder of the studio's; empty where it is not there. */
export function filesIn(...path: string[]): string[] {
  const folder = join(...path)
  return existsSync(folder) ? readdirSync(folder) : []
}
