import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { app } from 'electron'
import type { StudioPage } from '../host/index.ts'
import { canBeOpened } from './file-kinds.ts'

/** More at once is a slip of the hand. */
const mostFiles = 50

/** Files that the system opens the app with, kept until there is a page to show them. */
export class OpenedFiles {
  readonly #waiting: string[] = []
  #page: StudioPage | null = null

  constructor() {
    // macOS tells of files by an event, which may come before the app is ready.
    app.on('open-file', (event, path) => {
      event.preventDefault()
      this.add([path])
    })
  }

  /** The files among the arguments of a start, this one's or a later one's. */
  addArguments(args: readonly string[], workingDirectory: string): void {
    this.add(filesAmong(args, workingDirectory))
  }

  /** @param paths absolute */
  add(paths: readonly string[]): void {
    this.#waiting.push(...paths.slice(0, mostFiles))
    this.#tell()
  }

  /** A page that has seen the studio can be told; null when it is gone. */
  setPage(page: StudioPage | null): void {
    this.#page = page
    this.#tell()
  }

  #tell(): void {
    if (this.#page !== null && this.#waiting.length > 0) this.#page.opened(this.#waiting.splice(0))
  }
}

/** Absolute paths of the pictures and presets among arguments. Chromium mixes switches of its own in between. */
export function filesAmong(args: readonly string[], workingDirectory: string): string[] {
  return args
    .filter((argument) => !argument.startsWith('-') && canBeOpened(argument))
    .map((argument) => resolve(workingDirectory, argument))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false)
}
