import { join } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { exitCodes, PasticheError } from '../../shared/errors.ts'
import { appPaths, readAppVersion, spawnChild, Studio, type StudioOptions } from '../../host/index.ts'
import type * as Server from '../../server/index.ts'
import type { StudioServer, StudioServerOptions } from '../../server/index.ts'
import { colours } from '../colours.ts'
import { EndSignals } from '../end-signals.ts'
import { Invitations } from '../invitations.ts'
import { openPrivately } from '../open-browser.ts'
import { say, sayBlock } from '../output.ts'

interface ServeOptions {
  readonly port?: number
  readonly host: string
  readonly open?: boolean
}

/** PAST on the keys of a telephone: no program that is widely used has it. */
const defaultPort = 7278

/** A browser may have to start, and to ask for a profile, before it opens anything. */
const openingLifeMs = 5 * 60_000
const openingPatienceMs = 20_000

const note = `
Each address that is printed signs one browser in. At a terminal it holds for 15 minutes, and Enter prints another; where nobody
can press Enter, it holds until it is used, and then the next one is printed. Browsers stay signed in until Pastiche ends.

Ctrl-C pauses the current job, so that it can be resumed next time, and ends; a second one ends at once.
`

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Open the studio in a browser.')
    .option('--port <number>', `port to listen on (default: ${defaultPort}, or a free one)`, readPort)
    .option(
      '--host <address>',
      'address to listen on; with any but the default, other computers can reach the studio',
      '127.0.0.1',
    )
    .option('--open', 'also open the browser')
    .addHelpText('after', note)
    .action((options: ServeOptions) => serve(options))
}

async function serve(options: ServeOptions): Promise<void> {
  const stop = new StopSignal()
  const paths = appPaths()
  // Output of native libraries is for developers.
  const onOutput = process.env['DEBUG'] ? { onOutput: sayBlock } : {}
  const spawn = spawnChild(paths.workerFile, onOutput)
  // No other command has use for it; it is loaded while the library is opened.
  const loading = import('../../server/index.ts')
  // If both fail, only the library's problem is reported, and this one is no unhandled rejection.
  loading.catch(() => undefined)
  const studio = await openStudio({ paths, spawn, appVersion: readAppVersion(), env: process.env }, stop)
  try {
    const page = join(paths.packageRoot, 'out', 'renderer')
    const server = await listen(await loading, { studio, page }, options)
    const invitations = new Invitations(server)
    invitations.open()
    if (options.open) openInBrowser(server)
    await stop.asked
    invitations.close()
    // First the studio, so that pages still see how their job ends.
    await studio.close()
    await server.close()
  } finally {
    await studio.close()
    stop.dispose()
  }
}

/** Time for everything opened so far to close when the start is cancelled. */
const giveUpMs = 5000

/** Ends the process where it is asked to end before the studio is open. */
async function openStudio(options: StudioOptions, { signal }: StopSignal): Promise<Studio> {
  let isOpen = false
  // The start may wait for a drive that does not answer.
  signal.addEventListener('abort', () => {
    if (!isOpen) setTimeout(() => process.exit(exitCodes.interrupted), giveUpMs).unref()
  })
  try {
    return await Studio.open({ ...options, signal })
  } catch (thrown) {
    if (signal.aborted) process.exit()
    throw thrown
  } finally {
    isOpen = true
  }
}

/** On the port that was named or, where none was, on a free one if the usual one is taken. */
async function listen(
  { isLoopback, startStudioServer }: typeof Server,
  what: Pick<StudioServerOptions, 'studio' | 'page'>,
  { port, host }: ServeOptions,
): Promise<StudioServer> {
  const start = (chosenPort: number): Promise<StudioServer> =>
    startStudioServer({ ...what, host, port: chosenPort, onFault: sayFault })
  if (!isLoopback(host))
    say(
      colours.yellow(
        'Careful: anyone in your network who learns the address can use this studio, and nothing on the way is encrypted.',
      ),
    )
  try {
    return await start(port ?? defaultPort)
  } catch (thrown) {
    if (port !== undefined || PasticheError.from(thrown).code !== 'port-taken') throw thrown
    return start(0)
  }
}

/** By an address of its own: the one that is printed stays good for another browser. */
function openInBrowser(server: StudioServer): void {
  const warn = (problem: string): void => say(colours.yellow(problem))
  const { urls, ended, revoke } = server.invite(openingLifeMs)
  const { forget } = openPrivately(urls[0], (problem) => {
    revoke()
    warn(problem)
  })
  const patience = setTimeout(
    () => warn('No browser has opened the studio yet. If none does, open the address above yourself.'),
    openingPatienceMs,
  )
  patience.unref()
  void ended.then(() => {
    clearTimeout(patience)
    forget()
  })
}

/** Ctrl-C, a closed terminal, or a system that wants the process to end. The second time it does so at once. */
class StopSignal {
  readonly asked: Promise<void>
  readonly #controller = new AbortController()
  readonly #signals: EndSignals

  constructor() {
    const { signal } = this
    this.asked = new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
    this.#signals = new EndSignals({
      first: () => {
        say('Stopping; the current job can be resumed next time… (Ctrl-C again to end at once)')
        this.#controller.abort()
      },
    })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  dispose(): void {
    this.#signals.dispose()
  }
}

function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('Use a number from 0 to 65535; 0 takes a free port.')
  return port
}

function sayFault(fault: unknown): void {
  if (process.env['DEBUG'])
    sayBlock(`${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}\n`)
}
