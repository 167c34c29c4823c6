import type * as electron from 'electron'
import type { Page } from 'playwright-core'

/** The module, as the app's main process has it. */
export type Electron = typeof electron

/** The running desktop app, on whatever it runs. */
export interface DesktopApp {
  /** The studio's window. */
  readonly page: Page
  readonly pid: number
  /** Runs a function, by its text, in the app's main process. What it takes and gives has to be plain JSON. */
  evaluate<R, A = undefined>(run: (electron: Electron, arg: A) => R | Promise<R>, arg?: A): Promise<R>
  /** Puts a file of the disk into the page's `<input type="file" id="…">`, with the path that a browser does not tell. */
  putFile(selector: string, path: string): Promise<void>
  /** Resolves when the process is gone. */
  readonly exited: Promise<{ readonly code: number | null }>
  /** Output of the app to stderr and stdout. */
  output(): string
  /** Leaves the app as a user does, and waits until it is gone. Idempotent. */
  close(): Promise<void>
}

export interface StartOptions {
  /** The folder that everything is kept in: PASTICHE_HOME. */
  readonly home: string
  readonly args?: readonly string[]
}

export interface Runner {
  readonly name: string
  start(options: StartOptions): Promise<DesktopApp>
  /** Starts the app while another runs with the same home; resolves with how it ended. */
  startSecond(options: StartOptions): Promise<{ readonly code: number | null }>
  close(): Promise<void>
}
