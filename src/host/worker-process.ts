import { existsSync } from 'node:fs'
import { PasticheError } from '../shared/errors.ts'
import type { Transport } from '../shared/rpc/transport.ts'

/** The end of a worker process. */
export interface ExitReport {
  /** Exit code; null where a signal ended it, or where it never started. */
  readonly code: number | null
  readonly signal: string | null
  /** The reason why the process could not be started at all. */
  readonly spawnError: string | null
  /** The last lines it wrote to stdout and stderr. */
  readonly lastLines: readonly string[]
}

/** A worker process as its supervisor sees it, whoever started it: child_process, or Electron's utilityProcess. */
export interface WorkerProcess {
  readonly pid: number | undefined
  readonly transport: Transport
  /** Resolves once, when the process is gone; never rejects. */
  readonly exited: Promise<ExitReport>
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

/** Starts one worker process. Throws PasticheError where that cannot work, whatever the number of tries. */
export type Spawner = () => WorkerProcess

/** @throws PasticheError `engine-lost` where there is no worker to start */
export function checkWorkerFile(workerFile: string): void {
  if (existsSync(workerFile)) return
  const hint = 'Reinstall Pastiche; in a clone, run "npm run build".'
  throw new PasticheError('engine-lost', `The engine is missing: there is no ${workerFile}.`, { hint })
}
