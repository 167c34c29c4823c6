import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { readiness } from './readiness.ts'

const shim = fileURLToPath(new URL('utility-shim.mjs', import.meta.url))

/** A real process, started by Node, with the port that Electron gives its utility processes. */
export class StandInUtilityProcess extends EventEmitter {
  readonly #child: ChildProcess
  #isAlive = false

  constructor(modulePath: string, args: string[], options: Electron.ForkOptions) {
    super()
    checkEnvironment(options.env)
    this.#child = fork(shim, [modulePath, ...args], {
      env: options.env as NodeJS.ProcessEnv,
      execArgv: options.execArgv ?? [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    this.#child.on('spawn', () => {
      this.#isAlive = true
      this.emit('spawn')
    })
    this.#child.on('message', (message) => this.emit('message', message))
    this.#child.on('exit', (code, signal) => {
      this.#isAlive = false
      // As `waitpid` has it.
      this.emit('exit', code ?? constants.signals[signal!])
    })
  }

  get pid(): number | undefined {
    return this.#isAlive ? this.#child.pid : undefined
  }

  get stdout(): ChildProcess['stdout'] {
    return this.#child.stdout
  }

  get stderr(): ChildProcess['stderr'] {
    return this.#child.stderr
  }

  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send({ data: message }, () => undefined)
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM')
  }
}

/** Those that run, with the name that the app has given them. */
export const running = new Map<StandInUtilityProcess, string>()

export const utilityProcess = {
  fork(modulePath: string, args: string[] = [], options: Electron.ForkOptions = {}): StandInUtilityProcess {
    readiness.only('after', 'utilityProcess.fork')
    const child = new StandInUtilityProcess(modulePath, args, options)
    running.set(child, options.serviceName ?? 'Node Utility Process')
    child.on('exit', () => running.delete(child))
    return child
  },
}

function checkEnvironment(env: object | undefined): void {
  for (const [name, value] of Object.entries(env ?? {}))
    if (typeof value !== 'string') throw new TypeError(`Expected ${name} of the environment to be a string.`)
}
