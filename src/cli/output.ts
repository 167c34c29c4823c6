import { exitCodes, type ErrorData } from '../shared/errors.ts'
import { visibleJson, visibleText } from '../shared/visible-text.ts'
import { colours, coloursFor, line, render, type Text } from './colours.ts'

/**
 * The only place that writes to the terminal: everything is cleaned here, and a stream that breaks never ends the work. Results go to
 * stdout, messages for people to stderr.
 */
class Outlet {
  readonly #stream: NodeJS.WriteStream
  readonly #onLoss: (error: NodeJS.ErrnoException) => void
  #isLost = false

  constructor(stream: NodeJS.WriteStream, onLoss: (error: NodeJS.ErrnoException) => void) {
    this.#stream = stream
    this.#onLoss = onLoss
    stream.on('error', (error: NodeJS.ErrnoException) => this.#lose(error))
  }

  get isTTY(): boolean {
    return this.#stream.isTTY
  }

  get columns(): number {
    // A terminal that does not know its size says 0.
    return this.#stream.columns || 80
  }

  get palette(): ReturnType<typeof coloursFor> {
    return coloursFor(this.#stream, process.env)
  }

  write(characters: string): void {
    if (this.#isLost) return
    try {
      this.#stream.write(characters)
    } catch (thrown) {
      this.#lose(thrown as NodeJS.ErrnoException)
    }
  }

  /** An error event comes for each write that was on its way; the first says all. */
  #lose(error: NodeJS.ErrnoException): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#onLoss(error)
  }
}

/** The reader went of its own accord (`| head`), or the terminal was closed: nobody misses the rest. */
const readerLeft: readonly (string | undefined)[] = [
  'EPIPE',
  'ECONNRESET',
  'EOF',
  'EIO',
  'ERR_STREAM_DESTROYED',
]

/** With stderr gone there is nobody left to tell. */
const messages = new Outlet(process.stderr, () => undefined)
const results = new Outlet(process.stdout, ({ code, message }) => {
  if (readerLeft.includes(code)) return
  const why = code === 'ENOSPC' ? 'the disk is full' : message
  sayError({
    message: `The standard output could not be written: ${why}.`,
    hint: 'The work continues; only the output is missing.',
  })
  process.once('exit', (exitCode) => {
    if (exitCode === 0) process.exitCode = exitCodes.output
  })
})

/** A message for people. What breaks its line is indented, so that no name can pass for a line of ours. */
export function say(message: Text): void {
  statusLine.clear()
  messages.write(`${render(message, messages.palette, '\n  ')}\n`)
}

export function sayError({ message, hint }: Pick<ErrorData, 'message' | 'hint'>): void {
  say(line`${colours.red('Error:')} ${message}`)
  say(colours.dim(hint))
}

/** Text of several lines that is not ours: a stack trace, what a native library prints, commander's help. */
export function sayBlock(text: string): void {
  statusLine.clear()
  messages.write(cleanedBlock(text))
}

/** Results, one a line. */
export function printLines(...lines: readonly Text[]): void {
  statusLine.clear()
  results.write(lines.map((text) => `${render(text, results.palette)}\n`).join(''))
}

/** A result as JSON, on one line. */
export function print(value: unknown): void {
  results.write(`${visibleJson(value)}\n`)
}

/** True if results are shown to a person rather than read by a program. */
export function isTerminal(): boolean {
  return results.isTTY
}

export function printBlock(text: string): void {
  results.write(cleanedBlock(text))
}

function cleanedBlock(text: string): string {
  return text.replace(/[^\n\t]+/g, visibleText)
}

/** One line at the bottom of the terminal that is drawn again and again. No state of the terminal is changed for it. */
export const statusLine = {
  isDrawn: false,

  /** True if there is a terminal that can go back to the beginning of a line. */
  get isPossible(): boolean {
    return messages.isTTY && process.env['TERM'] !== 'dumb'
  },

  /** @param text for a width in columns; what is too long for the terminal is cut off, as a broken line could not be drawn over */
  draw(text: (columns: number) => string): void {
    // A character in the last column makes some terminals go to the next line.
    const columns = messages.columns - 1
    messages.write(`\r${visibleText(text(columns)).slice(0, columns)}\u001b[K`)
    this.isDrawn = true
  },

  clear(): void {
    if (this.isDrawn) messages.write('\r\u001b[K')
    this.isDrawn = false
  },
}
