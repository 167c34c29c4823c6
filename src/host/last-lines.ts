import { stripVTControlCharacters } from 'node:util'
import { settlesWithin } from './timeouts.ts'

const keptCharacters = 8192
const keptLines = 20
/** After a process is gone, what it wrote and sent last is still in the pipes; a stray grandchild may keep them open. */
const drainTimeoutMs = 500

/** The end of what a process writes, for the report of its crash. */
export class LastLines {
  readonly #ends: Promise<unknown>[] = []
  #text = ''

  /** @param onText receives everything that is written */
  constructor(
    streams: readonly (NodeJS.ReadableStream | null)[],
    onText: (text: string) => void = () => undefined,
  ) {
    for (const stream of streams) {
      if (stream === null) continue
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => {
        this.add(text)
        onText(text)
      })
      this.#ends.push(new Promise((resolve) => stream.once('end', resolve).once('close', resolve)))
    }
  }

  add(text: string): void {
    this.#text = (this.#text + text).slice(-keptCharacters)
  }

  /** The lines of a process that is gone, once everything has been read, and `others` have settled; or after a short time. */
  async readAll(...others: readonly Promise<unknown>[]): Promise<string[]> {
    await settlesWithin(Promise.all([...this.#ends, ...others]), drainTimeoutMs)
    return this.read()
  }

  read(): string[] {
    const lines = stripVTControlCharacters(this.#text)
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
    return lines.slice(-keptLines)
  }
}
