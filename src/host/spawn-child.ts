import type { Spawner } from './worker-process.ts'

export interface SpawnChildOptions {
  /** Arguments for Node itself, before the script. */
  readonly execArgv?: readonly string[]
  /** Environment to clean and pass on; by default this process's own. */
  readonly env?: NodeJS.ProcessEnv
  /** Hears everything the worker writes to stdout and stderr. */
  readonly onOutput?: (text: string) => void
}

/** A spawner of worker processes by `child_process.fork`. `workerPath` is the built worker: `appPaths().worker`. */
export function spawnChild(workerPath: string, options: SpawnChildOptions = {}): Spawner {
  void workerPath
  void options
  throw new Error('not written yet')
}
