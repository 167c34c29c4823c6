import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pictureEdit } from '../../src/shared/contract/job.ts'
import { buildEngine, ended, openStudio, paint, type OpenStudio } from './support/open-studio.ts'

let folder: string
let undisturbed: Buffer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pastiche-host-'))
  await buildEngine(folder)
  undisturbed = await withStudio('undisturbed', async (open) => {
    await paint(open)
    return pictureOf(open)
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

async function withStudio<T>(home: string, work: (open: OpenStudio) => Promise<T>): Promise<T> {
  const open = await openStudio(join(folder, home))
  try {
    return await work(open)
  } finally {
    await open.studio.close()
  }
}

/** The bytes of the newest result. */
async function pictureOf({ page, studio }: OpenStudio): Promise<Buffer> {
  const { entries } = await page.call('gallery', { offset: 0, limit: 1 })
  const { path } = await studio.media({
    ticket: entries[0]!.picture,
    sidePx: null,
    edit: pictureEdit.parse({}),
    download: false,
  })
  return readFileSync(path)
}

/** Runs a host until its job has done so many steps, then ends it as a power cut would. */
async function killHostAt(home: string, step: number): Promise<void> {
  const script = fileURLToPath(new URL('support/host.ts', import.meta.url))
  const host: ChildProcess = fork(script, [join(folder, home)], { execArgv: ['--import', 'tsx'] })
  const exit = once(host, 'exit')
  host.on('message', (done: number) => done >= step && host.kill('SIGKILL'))
  const [, signal] = (await exit) as [number | null, NodeJS.Signals | null]
  expect(signal).toBe('SIGKILL')
}

describe('a host that is killed', () => {
  it.each([1, 7, 15])(
    'after step %i: the next one offers the job, and it continues to the same bytes',
    async (step) => {
      const home = `killed-${step}`
      await killHostAt(home, step)
      const picture = await withStudio(home, async (open) => {
        const [job] = open.opened.jobs
        expect(job).toMatchObject({ canGoOn: true })
        await open.page.call('goOn', { jobId: job!.id })
        expect((await ended(open, job!.id)).status.state).toBe('done')
        return pictureOf(open)
      })
      expect(picture.equals(undisturbed)).toBe(true)
    },
  )
})
