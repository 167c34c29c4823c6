import { join } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { PasticheError } from '../../shared/errors.ts'
import { appPaths, readAppVersion, spawnChild, Studio } from '../../host/index.ts'
import type * as Server from '../../server/index.ts'
import type { StudioServer, StudioServerOptions } from '../../server/index.ts'
import { colours } from '../colours.ts'
import { EndSignals } from '../end-signals.ts'
import { openBrowser } from '../open-browser.ts'
import { printLines, say, sayBlock } from '../output.ts'

interface ServeOptions {
  readonly port?: number
  readonly host: string
  readonly open?: boolean
}

/** PAST on the keys of a telephone: no program that is widely used has it. */
const defaultPort = 7278

const note = `
The address that is printed lets whoever has it use the studio: it holds a secret, new at every start. Ctrl-C sets the
job that runs aside, so that it can go on the next time, and ends; a second one ends at once.
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
  const { asked, signals } = stopSignal()
  const paths = appPaths()
  // What native libraries print is for developers.
  const onOutput = process.env['DEBUG'] ? { onOutput: sayBlock } : {}
  const spawn = spawnChild(paths.workerFile, onOutput)
  // No other command has use for it; it is loaded while the library is opened.
  const loading = import('../../server/index.ts')
  // Where both fail, the library's problem is told, and this one is no unhandled rejection.
  loading.catch(() => undefined)
  const studio = await Studio.open({ paths, spawn, appVersion: readAppVersion(), env: process.env })
  try {
    const page = join(paths.packageRoot, 'out', 'renderer')
    const server = await listen(await loading, { studio, page }, options)
    announce(server)
    if (options.open) openBrowser(server.url, (problem) => say(colours.yellow(problem)))
    await asked
    // First the studio, so that pages still see how their job ends.
    await studio.close()
    await server.close()
  } finally {
    await studio.close()
    signals.dispose()
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

function announce({ url, otherUrls }: StudioServer): void {
  say('The studio is open at this address, which is for you alone:')
  printLines(url)
  if (otherUrls.length > 0) say('From other computers, those of these that they can reach:')
  printLines(...otherUrls)
  say(colours.dim('Ctrl-C ends it.'))
}

/** Ctrl-C, a closed terminal, or a system that wants the process to end. */
function stopSignal(): { readonly asked: Promise<void>; readonly signals: EndSignals } {
  let ask = (): void => undefined
  const asked = new Promise<void>((resolve) => (ask = resolve))
  const signals = new EndSignals({
    first: () => {
      say('Stopping; the current job can be resumed next time… (Ctrl-C again to end at once)')
      ask()
    },
  })
  return { asked, signals }
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
