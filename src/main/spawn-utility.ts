import { utilityProcess } from 'electron'
import type { UtilityProcess } from 'electron'
import { cleanEnvironment } from '../host/clean-environment.ts'
import { LastLines } from '../host/last-lines.ts'
import { checkWorkerFile, type ExitReport, type Spawner, type WorkerProcess } from '../host/worker-process.ts'
import { cloneLine } from '../shared/rpc/clone-line.ts'
import type { PortLine } from '../shared/rpc/line.ts'
import { readExitCode } from './exit-code.ts'

/** Shown by the system's list of processes. */
const serviceName = 'Pastiche engine'

/** A spawner of worker processes by Electron's `utilityProcess`. Only once the app is ready. */
export function spawnUtility(workerFile: string, env: NodeJS.ProcessEnv = process.env): Spawner {
  return () => {
    checkWorkerFile(workerFile)
    const child = utilityProcess.fork(workerFile, [], {
      env: cleanEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      serviceName,
    })
    return new UtilityWorker(child)
  }
}

class UtilityWorker implements WorkerProcess {
  readonly transport: PortLine
  readonly exited: Promise<ExitReport>
  readonly #child: UtilityProcess
  #killedBy: 'SIGTERM' | 'SIGKILL' | null = null

  constructor(child: UtilityProcess) {
    this.#child = child
    this.transport = cloneLine({
      postMessage: (message) => child.postMessage(message),
      listen: (receive) => child.on('message', receive),
    })
    // Electron does not tell of a start that failed; it exits at once.
    child.once('spawn', () => {
      if (this.#killedBy !== null) this.#signal(this.#killedBy)
    })
    this.exited = this.#watchExit()
  }

  get pid(): number | undefined {
    return this.#child.pid
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
    const lines = await lastLines.readAll()
    this.transport.end()
    return {
      ...readExitCode(code, process.platform, this.#killedBy),
      spawnError: null,
      lastLines: lines,
    }
  }
}
