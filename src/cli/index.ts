import { Command, CommanderError } from 'commander'
import { readAppVersion } from '../host/index.ts'
import { exitCodes, PasticheError } from '../shared/errors.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addDevicesCommand } from './commands/devices.ts'
import { addExportGraphCommand } from './commands/export-graph.ts'
import { addModelsCommand } from './commands/models.ts'
import { addPresetsCommand } from './commands/presets.ts'
import { addServeCommand } from './commands/serve.ts'
import { addStylizeCommand } from './commands/stylize.ts'
import { sayError } from './reporter.ts'

const codes = `
Exit codes: ${Object.entries(exitCodes)
  .map(([kind, code]) => `${code} ${kind}`)
  .join(', ')}; 0 when all went well.
`

function createProgram(): Command {
  const program = new Command('pastiche')
    .description('Paints your photos in the style of any picture, on your own computer.')
    .version(readAppVersion(), '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', codes)
  for (const add of [
    addStylizeCommand,
    addDevicesCommand,
    addExportGraphCommand,
    addModelsCommand,
    addPresetsCommand,
    addServeCommand,
    addDemoCommand,
  ])
    add(program)
  return program
}

/** Runs one command line; sets the exit code of this process. */
async function main(argv: readonly string[]): Promise<void> {
  // A reader that has gone (`| head`) wants no more lines, and no error either.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  try {
    await createProgram().parseAsync(argv)
  } catch (thrown) {
    process.exitCode = report(thrown)
  }
}

function report(thrown: unknown): number {
  // Commander has told its own errors, and help and version are none.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : exitCodes.usage
  const error = PasticheError.from(thrown)
  sayError(error)
  if (process.env['DEBUG']) process.stderr.write(`${error.stack ?? ''}\n`)
  return error.exitCode
}

await main(process.argv)
