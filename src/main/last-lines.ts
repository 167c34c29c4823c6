import { stripVTControlCharacters } from 'node:util'

const keptCharacters = 8192
const keptLines = 20

/** The end of what a process writes, for the report of its crash. */
export class LastLines {
  readonly #ends: Promise<unknown>[] = []
  #text = ''

  constructor(streams: readonly (NodeJS.ReadableStream | null)[]) {
    for (const stream of streams) {
      if (stream === null) continue
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => this.add(text))
      this.#ends.push(new Promise((resolve) => stream.once('end', resolve).once('close', resolve)))
    }
  }

  add(text: string): void {
    this.#text = (this.#text + text).slice(-keptCharacters)
  }

  /** Resolves when everything that was written has been read, or after `timeoutMs`. */
  async drained(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs)))
    await Promise.race([Promise.all(this.#ends), timeout])
    clearTimeout(timer)
  }

  read(): string[] {
    const lines = stripVTControlCharacters(this.#text)
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
    return lines.slice(-keptLines)
  }
}
