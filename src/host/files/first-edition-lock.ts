import { lstat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'
import { readPlainText } from './plain-file.ts'

/** What the first edition wrote into its lock; it moved the file's time on every 5 s while it lived. */
const firstEdition = z.object({ pid: z.number().int().positive(), host: z.string(), token: z.string() })
const silentMs = 30_000

/** Whether a running Pastiche of the first edition holds a lock. It locked by a file alone, which a crash leaves behind. */
export async function isAliveOfFirstEdition(path: string): Promise<boolean> {
  try {
    const { pid, host } = firstEdition.parse(JSON.parse((await readPlainText(path, 10_000)) ?? ''))
    // Neither way: a clock that was set back must not keep a dead one alive.
    const isSilent = Math.abs(Date.now() - (await lstat(path)).mtimeMs) > silentMs
    return !isSilent && (host !== hostname() || isRunning(pid))
  } catch {
    return false
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}
