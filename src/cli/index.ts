import { CommanderError } from 'commander'
import { exitCodes, PasticheError } from '../shared/errors.ts'
import { sayBlock, sayError } from './output.ts'
import { createProgram } from './program.ts'
import { arrangeWords } from './word-order.ts'

/** Runs one command line; sets the exit code of this process. */
async function main(words: readonly string[]): Promise<void> {
  try {
    const program = createProgram()
    await program.parseAsync(arrangeWords(words, program), { from: 'user' })
  } catch (thrown) {
    process.exitCode = report(thrown)
  }
}

function report(thrown: unknown): number {
  // Commander has told its own errors, and help and version are none.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : exitCodes.usage
  const error = PasticheError.from(thrown)
  sayError(error)
  if (process.env['DEBUG']) sayBlock(`${error.stack ?? ''}\n`)
  return error.exitCode
}

// Node would print it as it is, with its stack.
process.on('uncaughtException', (thrown) => process.exit(report(thrown)))
await main(process.argv.slice(2))
