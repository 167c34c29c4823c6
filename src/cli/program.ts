import { Command } from 'commander'
import { readAppVersion } from '../host/index.ts'
import { colours, line } from './colours.ts'
import { addCompletionCommand } from './commands/completion.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addDevicesCommand } from './commands/devices.ts'
import { addExportGraphCommand } from './commands/export-graph.ts'
import { addModelsCommand } from './commands/models.ts'
import { addPresetsCommand } from './commands/presets.ts'
import { addServeCommand } from './commands/serve.ts'
import { addStylizeCommand } from './commands/stylize.ts'
import { exitCodesHelp } from './exit-codes.ts'
import { printBlock, say, sayBlock } from './output.ts'

/** `error: unknown option '--stile'\n(Did you mean --style?)\n` */
function sayProblem(text: string): void {
  const [first, ...more] = text
    .trimEnd()
    .replace(/^error: /, '')
    .split('\n(')
  say(line`${colours.red('Error:')} ${first!}`)
  for (const hint of more) say(colours.dim(`(${hint}`))
}

/** The command line: every command, option and help text. */
export function createProgram(): Command {
  const program = new Command('pastiche')
    .description('Paints your photos in the style of any picture, on your own computer.')
    .version(readAppVersion(), '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .showSuggestionAfterError()
    .configureOutput({ writeOut: printBlock, writeErr: sayBlock, outputError: sayProblem })
    .exitOverride()
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', exitCodesHelp)
  for (const add of [
    addStylizeCommand,
    addDevicesCommand,
    addExportGraphCommand,
    addModelsCommand,
    addPresetsCommand,
    addServeCommand,
    addDemoCommand,
    addCompletionCommand,
  ])
    add(program)
  return program
}
