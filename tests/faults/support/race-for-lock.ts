import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { lockFolder } from '../../../src/host/files/folder-lock.ts'

/**
 * Takes the lock of a folder again and again; once in a while it kills itself while it holds it. Sends `held` for each time, and
 * `intruder` where another living process holds it too.
 */
const [, , folder = '', mortality = '0'] = process.argv
const inside = join(folder, '..', 'inside')

function occupant(): number {
  try {
    return Number(readFileSync(inside, 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const timings = { pollMs: 1, waitTimeoutMs: 120_000 }
for (;;) {
  const lock = await lockFolder(folder, { purpose: 'racing', timings })
  const other = occupant()
  if (other !== 0 && isAlive(other)) process.send!('intruder')
  writeFileSync(inside, String(process.pid))
  await delay(1)
  if (occupant() !== process.pid || !(await lock.isHeld())) process.send!('intruder')
  await new Promise((sent) => process.send!('held', sent))
  if (Math.random() < Number(mortality)) process.kill(process.pid, 'SIGKILL')
  writeFileSync(inside, '0')
  await lock.release()
}
