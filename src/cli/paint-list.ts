import { join, resolve } from 'node:path'
import type { Outcome } from '../shared/contract/job.ts'
import { errorCatalogue, exitCodes, type ErrorCode } from '../shared/errors.ts'
import { appPaths } from '../host/index.ts'
import type { Interrupt } from './interrupt.ts'
import type { LeftOut } from './left-out.ts'
import { ListLog } from './list-log.ts'
import type { BatchEntry, Reporter } from './reporter.ts'

interface List {
  /** All that decides what is painted, besides the photos. */
  readonly command: unknown
  /** Ignore the saved progress of an earlier run. */
  readonly restart: boolean
  readonly leftOut: readonly LeftOut[]
  readonly reporter: Reporter
  readonly interrupt: Interrupt
}

/**
 * Paints a list, photo by photo; what an earlier run of the same command has painted is left as it is. Returns the exit code.
 *
 * @param assertPaintable throws what no photo of those that are left can mend
 */
export async function paintList(
  files: readonly string[],
  { command, restart, leftOut, reporter, interrupt }: List,
  assertPaintable: (left: readonly string[]) => Promise<void>,
  paint: (content: string) => Promise<Outcome>,
): Promise<number> {
  const log = await ListLog.open(join(appPaths().library, 'lists'), { command, folder: resolve('.') })
  const left: string[] = []
  for (const file of files) if (restart || (await log.doneBefore(file)) === null) left.push(file)
  await assertPaintable(left)
  const done = files.length - left.length
  // One that was painted to its end is forgotten: what is known is the beginning of a list.
  if (done > 0) reporter.notice(`Going on with the list: ${done} painted before, ${left.length} left.`)
  const entries: BatchEntry[] = []
  for (const [i, content] of left.entries()) {
    if (interrupt.happened) break
    reporter.begin(content, done + i + 1, files.length)
    const outcome = await paint(content)
    entries.push({ content, outcome })
    await log.note(content, outcome)
  }
  reporter.summary(entries, leftOut)
  if (interrupt.happened) {
    reporter.notice('The same command continues with the remaining photos.')
    return interrupt.exitCode ?? exitCodes.interrupted
  }
  const code = exitCodeOf(entries.map(({ outcome }) => outcome))
  if (code === 0) await log.forget()
  return code
}

/** That of the first failure. */
export function exitCodeOf(outcomes: readonly Outcome[]): number {
  const failed = outcomes.find(({ state }) => state === 'failed')
  if (failed?.state !== 'failed') return 0
  const { code } = failed.error
  return Object.hasOwn(errorCatalogue, code)
    ? exitCodes[errorCatalogue[code as ErrorCode].kind]
    : exitCodes.internal
}
