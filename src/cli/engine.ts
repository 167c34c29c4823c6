import { sayBlock } from './output.ts'
import { appPaths, EngineHost, readAppVersion, spawnChild } from '../host/index.ts'

/** The engine for one command; its process is gone when the work is done. */
export async function withEngine<T>(work: (engine: EngineHost) => Promise<T>): Promise<T> {
  const { workerFile } = appPaths()
  const engine = new EngineHost({
    // Output of native libraries is for developers.
    spawn: spawnChild(workerFile, process.env['DEBUG'] ? { onOutput: sayBlock } : {}),
    appVersion: readAppVersion(),
  })
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}
