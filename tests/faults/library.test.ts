import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { appPaths, Studio } from '../../src/host/index.ts'
import { createMemoryPair } from '../../src/shared/rpc/memory-pair.ts'
import { anOrder } from '../studio/support/orders.ts'
import { browserShell, TestPage } from '../studio/support/real-studio.ts'
import { FakeWorkers } from '../studio/support/fake-worker.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { mountSmallDisk } from './support/small-disk.ts'

const root = temporaryFolder()
let count = 0
const patience = { timeout: 60_000, interval: 50 }

class Opened {
  readonly studio: Studio
  readonly workers: FakeWorkers
  readonly page: TestPage

  private constructor(studio: Studio, workers: FakeWorkers) {
    const [near, far] = createMemoryPair()
    this.studio = studio
    this.workers = workers
    this.page = new TestPage(near, studio.connect(far, browserShell))
  }

  static async at(home: string): Promise<Opened> {
    const workers = new FakeWorkers('1.2.3')
    const paths = appPaths({ env: { PASTICHE_HOME: home } })
    const fallbackFolders = [join(home, 'fallback')]
    const opened = new Opened(
      await Studio.open({ paths, spawn: workers.spawn, appVersion: '1.2.3', env: {}, fallbackFolders }),
      workers,
    )
    await opened.page.call('open', {})
    return opened
  }

  upload(): Promise<unknown> {
    return this.studio.upload({ purpose: 'picture', name: 'a.png', body: Readable.from([Buffer.from('a')]) })
  }

  async hears(text: string): Promise<void> {
    await expect
      .poll(() => this.page.heard('notice').map(({ message }) => message), patience)
      .toContainEqual(expect.stringContaining(text))
  }
}

function newHome(): string {
  const home = root.file(String(count++))
  mkdirSync(home)
  return home
}

const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true }) as string[]

describe('a library that is taken away under an open studio,', () => {
  it.each([
    ['removed', (library: string) => rmSync(library, { recursive: true })],
    [
      'removed with all that is around it',
      (library: string) => rmSync(join(library, '..'), { recursive: true }),
    ],
    ['moved elsewhere', (library: string) => renameSync(library, `${library}-moved`)],
    ['robbed of its lock', (library: string) => rmSync(join(library, 'store.lock'))],
  ])('%s, is had again at once: no second studio opens beside it', async (_, take) => {
    const home = newHome()
    const library = join(home, 'library')
    const first = await Opened.at(home)
    first.studio.queue.start(anOrder())
    await expect.poll(() => first.workers.started.some(({ begun }) => begun.length > 0), patience).toBe(true)
    take(library)
    await first.upload()
    await expect(Opened.at(home)).rejects.toMatchObject({ code: 'store-busy' })
    if (_ !== 'robbed of its lock') {
      await first.hears('has been created again')
      await expect.poll(() => existsSync(join(library, 'table.json')), patience).toBe(true)
    }
    // Everything that was in memory is on the disk again, and the job at work has its place.
    await expect.poll(() => readFileSync(join(library, 'queue.json'), 'utf8'), patience).toContain('lake.jpg')
    const worker = first.workers.started.find(({ begun }) => begun.length > 0)!
    await expect.poll(() => existsSync(join(worker.current.job.output.path, '..')), patience).toBe(true)
    worker.die()
    await first.studio.close()
  })

  it('and opened by another in its place, is left to that one: nothing more is written, and the job ends elsewhere', async () => {
    const home = newHome()
    const library = join(home, 'library')
    const first = await Opened.at(home)
    first.studio.queue.start(anOrder())
    await expect.poll(() => first.workers.started.some(({ begun }) => begun.length > 0), patience).toBe(true)
    const worker = first.workers.started.find(({ begun }) => begun.length > 0)!
    renameSync(library, `${library}-moved`)
    // As if the other had come before the first could look.
    const other = await Opened.at(home)
    const written = filesIn(library)
    await expect(first.upload()).rejects.toMatchObject({ code: 'store-busy' })
    await first.hears('Another Pastiche has opened the library folder')
    first.studio.draftStore.save()
    await first.studio.draftStore.settled()
    await expect(first.studio.gallery.begin(worker.current.job as never)).rejects.toMatchObject({
      code: 'store-busy',
    })
    await expect.poll(() => worker.heard, patience).toContain('stop')
    expect(filesIn(library)).toEqual(written)

    other.studio.draftStore.save()
    await other.studio.close()
    // There is a library of the other's now, though nobody has it open.
    await first.hears('Another library is now in')
    const now = filesIn(library)
    await expect(first.upload()).rejects.toMatchObject({ code: 'output-not-writable' })
    expect(filesIn(library)).toEqual(now)

    rmSync(library, { recursive: true })
    renameSync(`${library}-moved`, library)
    await first.upload()
    await first.hears('is back')
    await expect(Opened.at(home)).rejects.toMatchObject({ code: 'store-busy' })
    worker.die()
    await first.studio.close()
  })

  it('on a drive that is unplugged, is waited for, and gone on with once it is back', async ({ skip }) => {
    const home = newHome()
    const [library, drive] = [join(home, 'library'), join(home, 'drive')]
    for (const folder of [library, drive]) mkdirSync(folder)
    const disk = mountSmallDisk(drive, '2m')
    if (disk === null) skip()
    const plug = (): unknown => spawnSync('mount', ['--bind', drive, library])
    const unplug = (): unknown => spawnSync('umount', ['-l', library])
    try {
      plug()
      const first = await Opened.at(home)
      unplug()
      await expect(first.upload()).rejects.toMatchObject({ code: 'output-not-writable' })
      await first.hears('is gone')
      expect(readdirSync(library)).toEqual([])
      plug()
      await first.upload()
      await first.hears('is back')
      await first.studio.close()
    } finally {
      unplug()
      disk!.unmount()
    }
  })
})

describe('another library in the place of the one that is open', () => {
  it('is not written over', async () => {
    const home = newHome()
    const library = join(home, 'library')
    const first = await Opened.at(home)
    rmSync(library, { recursive: true })
    mkdirSync(library)
    writeFileSync(join(library, 'table.json'), 'of a backup')
    await expect(first.upload()).rejects.toMatchObject({ code: 'output-not-writable' })
    await first.hears('Another library is now in')
    first.studio.draftStore.save()
    await first.studio.close()
    expect(readFileSync(join(library, 'table.json'), 'utf8')).toBe('of a backup')
    expect(readdirSync(library)).toEqual(['table.json'])
  })
})
