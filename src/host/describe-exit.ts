import type { ExitReport } from './worker-process.ts'

const memoryHint = ' The system may have run out of memory.'

/** Signals whose meaning a person may want to know. */
const signalNotes: Readonly<Record<string, string>> = {
  SIGKILL: memoryHint,
  SIGSEGV: ' It accessed invalid memory.',
  SIGBUS: ' It accessed invalid memory.',
  SIGILL: ' This processor lacks a required instruction.',
  SIGTRAP: ' It aborted, most likely because memory ran out.',
  SIGABRT: ' It aborted, most likely because memory ran out.',
}

/** Exit codes that stand for a signal: 128 + its number (shells, containers, Electron), and Windows' NTSTATUS. */
const signalOfCode: Readonly<Record<number, string>> = {
  132: 'SIGILL',
  133: 'SIGTRAP',
  134: 'SIGABRT',
  135: 'SIGBUS',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
  0xc0000005: 'SIGSEGV',
  0xc000001d: 'SIGILL',
  0xc0000017: 'SIGKILL',
  0xc0000409: 'SIGABRT',
  // Chromium's own code for an allocation that failed.
  0xe0000008: 'SIGTRAP',
}

/** How a process ends that wanted more memory than there is: ended by the system, by Chromium's allocator, or by itself. */
const memorySignals = new Set(['SIGKILL', 'SIGTRAP', 'SIGABRT'])

/** True if a worker most likely ended for want of memory. */
export function wantedMemory({ code, signal }: Pick<ExitReport, 'code' | 'signal'>): boolean {
  const meaning = signal ?? (code === null ? undefined : signalOfCode[code >>> 0])
  return meaning !== undefined && memorySignals.has(meaning)
}

/** When the worker was lost, as the end of "The engine stopped …". */
export type LossMoment = 'while it was starting' | 'in the middle of the job' | 'before it answered'

/** "The engine stopped in the middle of the job (killed by SIGKILL). The system may have run out of memory." */
export function describeExit(report: ExitReport, moment: LossMoment): string {
  const { cause, note } = causeOf(report)
  return `The engine stopped ${moment} (${cause}).${note}${describeLastWords(report)}`
}

function causeOf({ code, signal, spawnError }: ExitReport): { cause: string; note: string } {
  if (spawnError !== null) return { cause: spawnError, note: '' }
  if (signal !== null) return { cause: `killed by ${signal}`, note: signalNotes[signal] ?? '' }
  if (code === null) return { cause: 'for an unknown reason', note: '' }
  // Windows' codes come as negative numbers in places.
  const unsigned = code >>> 0
  const meaning = signalOfCode[unsigned]
  const note = meaning === undefined ? '' : (signalNotes[meaning] ?? '')
  const shown = unsigned > 0xffff ? `0x${unsigned.toString(16)}` : String(code)
  return { cause: `exit code ${shown}`, note }
}

const longestWords = 300

/** The line of its last words that looks most like the reason. */
function describeLastWords({ signal, lastLines }: ExitReport): string {
  // Who is killed from outside has no say in it: whatever it wrote is about something else.
  if (signal === 'SIGKILL' || signal === 'SIGTERM') return ''
  const telling = lastLines.filter((line) => /error|terminate called|what\(\)|fatal|assert/i.test(line))
  const words = telling.findLast((line) => !/^\s+at /.test(line)) ?? lastLines.at(-1)
  return words === undefined ? '' : ` Its last words: "${words.trim().slice(0, longestWords)}"`
}
