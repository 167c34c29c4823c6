import { exitCodes } from '../shared/errors.ts'

/** As a shell tells of a process that a signal has ended: 128 and its number. */
export const signalExitCodes = {
  SIGHUP: 129,
  SIGINT: exitCodes.interrupted,
  SIGTERM: 143,
  SIGBREAK: 149,
} as const

/** Every code that the command may end with. docs/cli.md has the same table. */
export const exitCodeTable: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'success'],
  [exitCodes.internal, 'a fault in Pastiche'],
  [exitCodes.usage, 'wrong options or arguments'],
  [exitCodes.input, 'a picture or another file could not be read'],
  [exitCodes.output, 'a result could not be written'],
  [exitCodes.device, 'the device or memory was not sufficient'],
  [exitCodes.weights, 'a network is missing, damaged or cannot be downloaded'],
  [exitCodes.engine, 'the engine crashed, or the painting became unstable'],
  [signalExitCodes.SIGHUP, 'the terminal was closed (SIGHUP)'],
  [signalExitCodes.SIGINT, 'interrupted (Ctrl-C)'],
  [signalExitCodes.SIGTERM, 'told to end (SIGTERM)'],
]

export const exitCodesHelp = `
Exit codes:
${exitCodeTable.map(([code, meaning]) => `  ${String(code).padEnd(3)}  ${meaning}`).join('\n')}
A list of photos ends with the code of its first failure.
`
