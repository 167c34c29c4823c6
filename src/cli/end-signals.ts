import { fstatSync, readSync, statSync } from 'node:fs'
import { signalExitCodes } from './exit-codes.ts'

export type EndSignal = keyof typeof signalExitCodes

export interface EndSignalListeners {
  /** The work is to end in order. */
  readonly first: () => void
  /** The work is to end at once. By default the process ends with the code of the signal. */
  readonly again?: (exitCode: number) => void
}

/** SIGBREAK is Ctrl-Break of Windows; SIGHUP comes there too, when the window is closed. */
const signals = (Object.keys(signalExitCodes) as EndSignal[]).filter(
  (signal) => signal !== 'SIGBREAK' || process.platform === 'win32',
)

/**
 * Signals that ask a command to end: Ctrl-C, a closed terminal, a system that shuts down. The first ends the work in order, a second one
 * at once.
 */
export class EndSignals {
  readonly #listeners: EndSignalListeners
  #exitCode: number | null = null
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGHUP' && isUnderNohup()) return
    const exitCode = signalExitCodes[signal as EndSignal]
    if (this.#exitCode === null) {
      this.#exitCode = exitCode
      this.#listeners.first()
    } else if (this.#listeners.again) this.#listeners.again(this.#exitCode)
    else process.exit(exitCode)
  }

  constructor(listeners: EndSignalListeners) {
    this.#listeners = listeners
    for (const signal of signals) process.on(signal, this.#onSignal)
  }

  /** That of the first signal, as a shell tells it; null while none has come. */
  get exitCode(): number | null {
    return this.#exitCode
  }

  dispose(): void {
    for (const signal of signals) process.off(signal, this.#onSignal)
  }
}

/**
 * True if `nohup` started this process, which should outlive its terminal. Node forgets that SIGHUP was ignored
 * (PlatformInit in node.cc), but nohup of GNU leaves another trace: a stdin that cannot be read from, where it was a terminal.
 */
function isUnderNohup(): boolean {
  try {
    const { rdev } = fstatSync(0)
    if (rdev !== statSync('/dev/null').rdev) return false
    readSync(0, new Uint8Array(1))
    return false
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EBADF'
  }
}
