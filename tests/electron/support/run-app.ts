import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { DesktopApp, Runner } from './desktop-app.ts'

export interface RunningApp {
  /** Folder in which the app keeps everything, and tests may keep their files. */
  readonly home: string
  /** The app that runs now; `restart` changes it. */
  readonly app: DesktopApp
  /** Leaves the app, if it still runs, and starts it again. */
  restart(args?: readonly string[]): Promise<DesktopApp>
}

/** One app for all the sentences of a `describe`, with a home of its own. */
export function runApp(runner: () => Runner): RunningApp {
  const home = mkdtempSync(join(tmpdir(), 'pastiche-desktop-'))
  let app: DesktopApp | undefined
  beforeAll(async () => {
    app = await runner().start({ home })
  })
  afterAll(async () => {
    await app?.close()
    rmSync(home, { recursive: true, force: true, maxRetries: 3 })
  })
  return {
    home,
    get app() {
      return app!
    },
    async restart(args = []) {
      await app?.close()
      app = await runner().start({ home, args })
      return app
    },
  }
}
