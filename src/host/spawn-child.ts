import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { PasticheError } from '../shared/errors.ts'
import { Listeners, OnceEvent } from '../shared/rpc/listeners.ts'
import type { Off, Transport } from '../shared/rpc/transport.ts'
import { cleanEnvironment } from './clean-environment.ts'
import type { ExitReport, Spawner, WorkerProcess } from './worker-process.ts'

export interface SpawnChildOptions {
  /** Arguments for Node itself, before the script. */
  readonly execArgv?: readonly string[]
  /** Environment to clean and pass on; by default this process's own. */
  readonly env?: NodeJS.ProcessEnv
  /** Hears everything the worker writes to stdout and stderr. */
  readonly onOutput?: (text: string) => void
}

/** A spawner of worker processes by `child_process.fork`. `workerFile` is the built worker: `appPaths().workerFile`. */
export function spawnChild(workerFile: string, options: SpawnChildOptions = {}): Spawner {
  return () => {
    if (!existsSync(workerFile)) {
      const hint = 'Reinstall Pastiche; in a clone, run "npm run build".'
      throw new PasticheError('engine-lost', `The engine is missing from ${workerFile}.`, { hint })
    }
    const child = fork(workerFile, [], {
      execArgv: [...(options.execArgv ?? [])],
      env: cleanEnvironment(options.env ?? process.env),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
    })
    return new ChildWorker(child, options.onOutput)
  }
}

/** After the process is gone, what it sent and wrote last is still in the pipes; a stray grandchild may keep them open. */
const drainTimeoutMs = 500

class ChildWorker implements WorkerProcess {
  readonly pid: number | undefined
  readonly transport: Transport
  readonly exited: Promise<ExitReport>
  readonly #child: ChildProcess

  constructor(child: ChildProcess, onOutput: (text: string) => void = () => undefined) {
    this.#child = child
    this.pid = child.pid
    this.transport = new ChildTransport(child)
    this.exited = watchExit(child, new LastLines(child, onOutput), this.transport)
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(signal)
  }
}

class ChildTransport implements Transport {
  readonly #child: ChildProcess
  readonly #messages = new Listeners<unknown>()
  readonly #closed = new OnceEvent<Error | null>()
  #attached = false

  constructor(child: ChildProcess) {
    this.#child = child
    child.on('disconnect', () => this.#closed.fire(null))
    child.on('error', (error) => {
      if (child.pid === undefined) this.#closed.fire(error)
    })
  }

  send(message: unknown): void {
    if (!this.#child.connected) return
    // With a callback, a line that breaks meanwhile is no unhandled 'error'; 'disconnect' tells of it.
    this.#child.send(message as object, () => undefined)
  }

  onMessage(listener: (message: unknown) => void): Off {
    // Node keeps what comes before the first 'message' listener, so that is attached no earlier than ours.
    if (!this.#attached) this.#child.on('message', (message: unknown) => this.#messages.fire(message))
    this.#attached = true
    return this.#messages.add(listener)
  }

  onClose(listener: (reason: Error | null) => void): Off {
    return this.#closed.add(listener)
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect()
  }
}

/** The end of what a process writes, for the report of its crash. */
class LastLines {
  static readonly #keptCharacters = 8192
  static readonly #keptLines = 20
  #text = ''

  constructor(child: ChildProcess, onOutput: (text: string) => void) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#text = (this.#text + text).slice(-LastLines.#keptCharacters)
        onOutput(text)
      })
    }
  }

  read(): string[] {
    const lines = stripVTControlCharacters(this.#text)
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
    return lines.slice(-LastLines.#keptLines)
  }
}

async function watchExit(
  child: ChildProcess,
  lastLines: LastLines,
  transport: Transport,
): Promise<ExitReport> {
  const drained = Promise.all([
    new Promise((resolve) => child.once('close', resolve)),
    new Promise((resolve) => transport.onClose(resolve)),
  ])
  const end = await new Promise<Omit<ExitReport, 'lastLines'>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, spawnError: null }))
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, spawnError: error.message })
    })
  })
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise((resolve) => (timer = setTimeout(resolve, drainTimeoutMs)))
  if (end.spawnError === null) await Promise.race([drained, timeout])
  clearTimeout(timer)
  transport.close()
  child.stdout?.destroy()
  child.stderr?.destroy()
  return { ...end, lastLines: lastLines.read() }
}
