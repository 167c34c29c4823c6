import { existsSync } from 'node:fs'
import { utilityProcess } from 'electron'
import type { UtilityProcess } from 'electron'
import { cleanEnvironment } from '../host/clean-environment.ts'
import type { ExitReport, Spawner, WorkerProcess } from '../host/worker-process.ts'
import { PasticheError } from '../shared/errors.ts'
import type { Transport } from '../shared/rpc/transport.ts'
import { readExitCode } from './exit-code.ts'
import { LastLines } from './last-lines.ts'
import { PortLine } from './port-line.ts'

/** Shown by the system's list of processes. */
const serviceName = 'Pastiche engine'
/** After the process is gone, what it wrote last is still in the pipes. */
const drainTimeoutMs = 500

/** A spawner of worker processes by Electron's `utilityProcess`. Only once the app is ready. */
export function spawnUtility(workerFile: string, env: NodeJS.ProcessEnv = process.env): Spawner {
  return () => {
    if (!existsSync(workerFile)) {
      const hint = 'Reinstall Pastiche; in a clone, run "npm run build".'
      throw new PasticheError('engine-lost', `The engine is missing from ${workerFile}.`, { hint })
    }
    const child = utilityProcess.fork(workerFile, [], {
      env: cleanEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      serviceName,
    })
    return new UtilityWorker(child)
  }
}

class UtilityWorker implements WorkerProcess {
  readonly exited: Promise<ExitReport>
  readonly #child: UtilityProcess
  readonly #line: PortLine
  #killedBy: 'SIGTERM' | 'SIGKILL' | null = null

  constructor(child: UtilityProcess) {
    this.#child = child
    this.#line = new PortLine({
      post: (message) => child.postMessage(message),
      // Its port has no 'close': null is what it takes for one.
      hangUp: () => child.postMessage(null),
    })
    child.on('message', (message: unknown) => this.#line.receive(message))
    // Electron does not tell of a start that failed; it exits at once.
    child.once('spawn', () => {
      if (this.#killedBy !== null) this.#signal(this.#killedBy)
    })
    this.exited = this.#watchExit()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get transport(): Transport {
    return this.#line
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#killedBy = signal
    this.#signal(signal)
  }

  /** Before the process is there, and after, there is nothing to be told; 'spawn' comes back to it. */
  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.#child
    if (pid === undefined) return
    try {
      // UtilityProcess.kill knows SIGTERM only.
      process.kill(pid, signal)
    } catch {
      // It has just gone by itself.
    }
  }

  async #watchExit(): Promise<ExitReport> {
    const lastLines = new LastLines([this.#child.stdout, this.#child.stderr])
    this.#child.on('error', (type, location) => lastLines.add(`${type} error in V8 at ${location}\n`))
    const code = await new Promise<number>((resolve) => this.#child.once('exit', resolve))
    await lastLines.drained(drainTimeoutMs)
    this.#line.end()
    return {
      ...readExitCode(code, process.platform, this.#killedBy),
      spawnError: null,
      lastLines: lastLines.read(),
    }
  }
}
