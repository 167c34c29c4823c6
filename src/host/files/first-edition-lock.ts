import { lstat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { readPlainText } from './plain-file.ts'

/** Content of the first edition's lock; it moved the time of the file on every 5 s while it lived. */
const firstEdition = z.object({ pid: z.number().int().positive(), host: z.string(), token: z.string() })
const silentMs = 30_000
/** Two beats, for one that is late. */
const usualListenMs = 10_000
const lookEveryMs = 100

/**
 * True if a running Pastiche of the first edition holds a lock. It locked by a file alone, which a crash leaves behind: one that
 * was touched lately is listened to, until it beats or has been silent for too long.
 */
export async function isAliveOfFirstEdition(
  path: string,
  { signal, listenMs = usualListenMs }: { signal?: AbortSignal | undefined; listenMs?: number } = {},
): Promise<boolean> {
  try {
    const { pid, host } = firstEdition.parse(JSON.parse((await readPlainText(path, 10_000)) ?? ''))
    const { mtimeMs } = await lstat(path)
    // Neither way: a clock that was set back must not keep a dead one alive.
    if (Math.abs(Date.now() - mtimeMs) > silentMs) return false
    if (host === hostname() && !isRunning(pid)) return false
    const startMs = performance.now()
    while (performance.now() - startMs < listenMs && signal?.aborted !== true) {
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined)
      if ((await lstat(path)).mtimeMs !== mtimeMs) return true
    }
    return false
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
