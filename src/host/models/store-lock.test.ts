import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { lockStore } from './store-lock.ts'
import type { LockHolder, LockOptions, StoreLock } from './store-lock.ts'

const root = temporaryFolder()
const timings = { beatMs: 10, staleMs: 300, pollMs: 2, waitTimeoutMs: 2000 }
let count = 0
const newFolder = (): string => join(root.path, String(count++))
const lock = (folder: string, options: Partial<LockOptions> = {}): Promise<StoreLock> =>
  lockStore(folder, { purpose: 'testing', timings, ...options })

/** As if another process had written it. */
function leaveLock(folder: string, holder: Partial<LockHolder> | string): void {
  const whole = {
    pid: process.ppid,
    host: hostname(),
    token: 'other',
    purpose: 'working',
    ...(holder as object),
  }
  writeFileSync(join(folder, 'store.lock'), typeof holder === 'string' ? holder : JSON.stringify(whole))
}

async function emptyFolder(): Promise<string> {
  const folder = newFolder()
  await (await lock(folder)).release()
  return folder
}

describe('the lock of the store', () => {
  it('is a file that goes when it is released', async () => {
    const folder = newFolder()
    const held = await lock(folder)
    expect(JSON.parse(readFileSync(join(folder, 'store.lock'), 'utf8'))).toMatchObject({ pid: process.pid })
    await held.assertHeld()
    await held.release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('has one holder at a time', async () => {
    const folder = newFolder()
    let [holders, most] = [0, 0]
    const use = async (): Promise<void> => {
      const held = await lock(folder)
      most = Math.max(most, ++holders)
      await delay(3)
      holders -= 1
      await held.release()
    }
    await Promise.all(Array.from({ length: 10 }, use))
    expect(most).toBe(1)
  })

  it('tells who is waited for, once', async () => {
    const folder = newFolder()
    const held = await lock(folder, { purpose: 'downloading vgg19' })
    const heard: (LockHolder | null)[] = []
    const waiting = lock(folder, { onWait: (holder) => heard.push(holder) })
    await delay(30)
    await held.release()
    await (await waiting).release()
    expect(heard).toMatchObject([{ pid: process.pid, purpose: 'downloading vgg19' }])
  })

  it('is given up after a time, with who has it', async () => {
    const folder = newFolder()
    const held = await lock(folder, { purpose: 'downloading vgg19' })
    await expect(lock(folder, { timings: { ...timings, waitTimeoutMs: 20 } })).rejects.toMatchObject({
      code: 'store-busy',
      message: `Expected to be alone with the weights, but another Pastiche (process ${process.pid}) is downloading vgg19.`,
    })
    await held.release()
  })

  it('is not waited for any more once that is cancelled', async () => {
    const folder = newFolder()
    const held = await lock(folder)
    const cancel = new AbortController()
    const waiting = lock(folder, { signal: cancel.signal, timings: { ...timings, pollMs: 60_000 } })
    setTimeout(() => cancel.abort(), 10)
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    await held.release()
  })

  it('of a process that is dead is taken over at once', async () => {
    const folder = await emptyFolder()
    const { pid } = spawnSync(process.execPath, ['--version'])
    leaveLock(folder, { pid })
    const held = await lock(folder, { timings: { ...timings, staleMs: 60_000 } })
    await held.release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('of a dead process whose number this one has now is taken over at once', async () => {
    const folder = await emptyFolder()
    leaveLock(folder, { pid: process.pid })
    await (await lock(folder, { timings: { ...timings, staleMs: 60_000 } })).release()
  })

  it.each([
    ['a living process that does not show life', {}],
    ['another computer that does not show life', { host: 'elsewhere', pid: 1 }],
    ['somebody who was killed before writing it', ''],
  ])('of %s is taken over after a time', async (_, holder) => {
    const folder = await emptyFolder()
    leaveLock(folder, holder)
    const startMs = performance.now()
    await (await lock(folder)).release()
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(timings.staleMs)
  })

  it('of a dead process goes to one of many that wait for it', async () => {
    const folder = await emptyFolder()
    const { pid } = spawnSync(process.execPath, ['--version'])
    let [holders, most] = [0, 0]
    const use = async (): Promise<void> => {
      const held = await lock(folder)
      most = Math.max(most, ++holders)
      await delay(1)
      await held.assertHeld()
      holders -= 1
      await held.release()
    }
    for (let round = 0; round < 5; round += 1) {
      leaveLock(folder, { pid })
      await Promise.all(Array.from({ length: 8 }, use))
    }
    expect(most).toBe(1)
  })

  it('is taken over although who wanted to take it over before was killed', async () => {
    const folder = await emptyFolder()
    leaveLock(folder, { pid: process.pid })
    writeFileSync(join(folder, 'store.lock.takeover'), '')
    const startMs = performance.now()
    await (await lock(folder)).release()
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(timings.staleMs)
    expect(readdirSync(folder)).toEqual([])
  })

  it('of a living process stays its own for as long as it shows life', async () => {
    const folder = newFolder()
    const held = await lock(folder)
    await expect(
      lock(folder, { timings: { ...timings, waitTimeoutMs: 3 * timings.staleMs } }),
    ).rejects.toMatchObject({ code: 'store-busy' })
    await held.assertHeld()
    await held.release()
  })

  it('that was taken over while its holder slept is noticed by it, and left to the other', async () => {
    const folder = newFolder()
    const held = await lock(folder)
    leaveLock(folder, {})
    await expect(held.assertHeld()).rejects.toMatchObject({ code: 'store-busy' })
    await held.release()
    expect(existsSync(join(folder, 'store.lock'))).toBe(true)
  })

  it('cannot be had where nothing can be written', async () => {
    const file = root.file('a file', '')
    await expect(lock(join(file, 'folder'))).rejects.toMatchObject({ code: 'output-not-writable' })
  })
})
