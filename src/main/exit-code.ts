import { constants } from 'node:os'
import type { ExitReport } from '../host/worker-process.ts'

/** The signals that end a process by themselves, without a word of its own. */
const fatalSignals = [
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGSEGV',
  'SIGTERM',
] as const
/** In the status of `waitpid`: that the system has kept an image of the process. */
const coreFlag = 0x80

/**
 * Reads the code of a utility process's 'exit'. One that left by itself tells its exit code; one that was ended from
 * outside has the status of POSIX's `waitpid`: the number of the signal, perhaps with a flag.
 *
 * @param killedBy the signal that this process has sent it, if any
 */
export function readExitCode(
  code: number,
  platform: NodeJS.Platform,
  killedBy: 'SIGTERM' | 'SIGKILL' | null = null,
): Pick<ExitReport, 'code' | 'signal'> {
  // A process that leaves in order when asked to has not been killed.
  if (killedBy !== null && code !== 0) return { code: null, signal: killedBy }
  if (platform === 'win32' || code < 0 || code > 0xff) return { code, signal: null }
  const number = code & ~coreFlag
  // Node itself ends with 5, 6, 7 and 9 in cases that the engine cannot come to; signals are what is met.
  const signal = fatalSignals.find((name) => constants.signals[name] === number)
  return signal === undefined ? { code, signal: null } : { code: null, signal }
}
