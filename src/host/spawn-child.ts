import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { PortLine } from '../shared/rpc/line.ts'
import { processLine } from '../shared/rpc/process-line.ts'
import { cleanEnvironment } from './clean-environment.ts'
import { LastLines } from './last-lines.ts'
import { checkWorkerFile, type ExitReport, type Spawner, type WorkerProcess } from './worker-process.ts'

export interface SpawnChildOptions {
  /** Arguments for Node itself, before the script. */
  readonly execArgv?: readonly string[]
  /** Environment to clean and pass on; by default this process's own. */
  readonly env?: NodeJS.ProcessEnv
  /** Receives everything that the worker writes to stdout and stderr. */
  readonly onOutput?: (text: string) => void
}

/** A spawner of worker processes by `child_process.fork`. `workerFile` is the built worker: `appPaths().workerFile`. */
export function spawnChild(workerFile: string, options: SpawnChildOptions = {}): Spawner {
  return () => {
    checkWorkerFile(workerFile)
    const child = fork(workerFile, [], {
      execArgv: [...(options.execArgv ?? [])],
      env: cleanEnvironment(options.env ?? process.env),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
    })
    return childWorker(child, options.onOutput)
  }
}

function childWorker(child: ChildProcess, onOutput?: (text: string) => void): WorkerProcess {
  const line = processLine(child)
  const lastLines = new LastLines([child.stdout, child.stderr], onOutput)
  return {
    pid: child.pid,
    transport: line,
    exited: watchExit(child, line, lastLines),
    kill: (signal) => child.kill(signal),
  }
}

async function watchExit(child: ChildProcess, line: PortLine, lastLines: LastLines): Promise<ExitReport> {
  const ended = new Promise((resolve) => line.onClose(resolve))
  const end = await new Promise<Omit<ExitReport, 'lastLines'>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, spawnError: null }))
    child.on('error', (error) => {
      // Other errors are those of a signal or a message; 'exit' follows where they matter.
      if (child.pid !== undefined) return
      line.end(error)
      resolve({ code: null, signal: null, spawnError: error.message })
    })
  })
  const lines = end.spawnError === null ? await lastLines.readAll(ended) : []
  line.close()
  child.stdout?.destroy()
  child.stderr?.destroy()
  return { ...end, lastLines: lines }
}
