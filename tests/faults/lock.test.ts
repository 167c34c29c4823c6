import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { lockFolder } from '../../src/host/files/folder-lock.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
const script = fileURLToPath(new URL('support/race-for-lock.ts', import.meta.url))
const racers = 4
const rounds = 300
const mortality = 0.05

describe('a lock that many processes race for', () => {
  it(`has one living holder in each of ${rounds} rounds, though one in twenty holders is killed`, async () => {
    const folder = root.file('library')
    mkdirSync(folder)
    let [held, intruders, killed, isOver] = [0, 0, 0, false]
    const running = new Set<ChildProcess>()
    let finish = (): void => undefined
    const enough = new Promise<void>((resolve) => (finish = resolve))
    const race = (): void => {
      const racer = fork(script, [folder, String(mortality)], { execArgv: ['--import', 'tsx'] })
      running.add(racer)
      racer.on('message', (message) => {
        if (message === 'intruder') intruders += 1
        else if (++held === rounds) finish()
      })
      racer.on('exit', (_code, signal) => {
        running.delete(racer)
        if (isOver) return
        expect(signal).toBe('SIGKILL')
        killed += 1
        race()
      })
    }
    for (let count = 0; count < racers; count += 1) race()
    await enough
    isOver = true
    await Promise.all(
      [...running].map((racer) => {
        const gone = once(racer, 'exit')
        racer.kill('SIGKILL')
        return gone
      }),
    )
    expect(intruders).toBe(0)
    expect(killed).toBeGreaterThan(0)
    // Whatever they left, it can be had at once.
    const lock = await lockFolder(folder, {
      purpose: 'testing',
      timings: { pollMs: 1, waitTimeoutMs: -1 },
    })
    await lock.release()
  })
})
