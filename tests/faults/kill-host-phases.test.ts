import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { appPaths, Studio } from '../../src/host/index.ts'
import { studioContract } from '../../src/shared/contract/studio.ts'
import { createClient } from '../../src/shared/rpc/client.ts'
import { createMemoryPair } from '../../src/shared/rpc/memory-pair.ts'
import { FakeWorkers } from '../studio/support/fake-worker.ts'
import { browserShell } from '../studio/support/real-studio.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import type { KillPoint } from './support/host-killed-at.ts'
import { buildEngine } from './support/open-studio.ts'

const root = temporaryFolder()
const script = fileURLToPath(new URL('support/host-killed-at.ts', import.meta.url))
beforeAll(() => buildEngine(root.path))

/** Runs a job in a host that is killed; what the host had said by then. */
async function runUntilKilled(home: string, point: KillPoint): Promise<unknown[]> {
  const host = fork(script, [home, JSON.stringify(point)], { execArgv: ['--import', 'tsx'] })
  const said: unknown[] = []
  host.on('message', (message) => said.push(message))
  const [, signal] = (await once(host, 'exit')) as [number | null, NodeJS.Signals | null]
  expect(signal).toBe('SIGKILL')
  return said
}

const points: [string, KillPoint, 'job' | 'result' | 'either'][] = [
  ['the queue is written', { call: 'rename', file: 'queue\\.json$', count: 1, when: 'after' }, 'job'],
  ['the job gets its place', { call: 'mkdir', file: 'results/[^/]+$', count: 1, when: 'after' }, 'either'],
  ['the photo is copied', { call: 'lstat', file: 'before\\.webp$', count: 1, when: 'after' }, 'job'],
  ['its recipe is sketched', { call: 'rename', file: 'recipe\\.json$', count: 1, when: 'before' }, 'job'],
  [
    'a checkpoint is written',
    { call: 'appears', file: 'checkpoint(\\.part)?$', count: 1, when: 'before' },
    'job',
  ],
  ['the picture is saved', { call: 'appears', file: '^result\\.png', count: 1, when: 'before' }, 'either'],
  ['its recipe is finished', { call: 'rename', file: 'recipe\\.json$', count: 2, when: 'before' }, 'result'],
  ['it is in the gallery', { call: 'rename', file: 'recipe\\.json$', count: 2, when: 'after' }, 'result'],
]

describe('a host that is killed when', () => {
  it.each(points)('%s loses nothing: the next one has the job, or its picture', async (_, point, kept) => {
    const home = join(
      root.path,
      `${point.call}-${point.file.replaceAll(/\W/g, '')}-${point.count}-${point.when}`,
    )
    const said = await runUntilKilled(home, point)
    expect(said).not.toContain('failed')
    const paths = appPaths({ env: { PASTICHE_HOME: home } })
    const { spawn } = new FakeWorkers('1.2.3')
    const studio = await Studio.open({ paths, spawn, appVersion: '1.2.3', env: {}, fallbackFolders: [] })
    const [near, far] = createMemoryPair()
    studio.connect(far, browserShell)
    const page = createClient(studioContract, near)
    const { jobs, notices } = await page.call('open', {})
    const { entries } = await page.call('gallery', { offset: 0, limit: 9 })
    await studio.close()
    if (said.includes('started')) expect(jobs.length + entries.length).toBeGreaterThan(0)
    if (kept === 'job') expect(jobs).toMatchObject([{ status: { state: 'failed' } }])
    if (kept === 'result') expect(entries).toHaveLength(1)
    for (const job of jobs) expect(job).toMatchObject({ canGoOn: true })
    // A result that is not whole is marked as such, and a picture that is there is shown.
    for (const { message } of notices) expect(message).toMatch(/Its picture was kept/)
    const results = join(home, 'library', 'results')
    for (const id of readdirSync(results)) {
      if (readdirSync(join(results, id)).includes('result.png'))
        expect(entries.map((entry) => entry.id)).toContain(id)
    }
  })
})
