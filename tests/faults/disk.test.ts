import {
  type Dirent,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { appPaths, Studio } from '../../src/host/index.ts'
import { parameters } from '../../src/shared/contract/parameters.ts'
import { FakeWorkers } from '../studio/support/fake-worker.ts'
import { buildEngine, openStudio, paint, smallRequest, ended } from './support/open-studio.ts'
import { mountSmallDisk } from './support/small-disk.ts'

let folder: string
let home: string
let disk: ReturnType<typeof mountSmallDisk> = null
const library = (...names: string[]): string => join(home, 'library', ...names)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pastiche-disk-'))
  await buildEngine(folder)
})
afterEach(() => disk?.unmount())
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** So many steps that the job is still at work when its studio has looked after the library. */
const longer = parameters.parse({ sizePx: 64, coarsestPx: 32, steps: 100_000 })

/** A home whose library lies on a disk of 2 MB. */
function smallDisk(name: string): boolean {
  home = join(folder, name)
  mkdirSync(library(), { recursive: true })
  disk = mountSmallDisk(library(), '2m')
  return disk !== null
}

function fillDisk(leaving = 0): void {
  const { bavail, bsize } = statfsSync(library())
  writeFileSync(library('filler'), Buffer.alloc(Math.max(0, bavail * bsize - leaving)))
}

/** Nothing that was half written stays, once what is on its way has come to its end, nor is it taken for whole. */
async function expectNoHalves(): Promise<void> {
  const files = (): Dirent[] =>
    readdirSync(library(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const names = (): string[] => files().map(({ name }) => name)
  const isHalf = (name: string): boolean => /\.part$|\.\d{5,}$|^incoming-/.test(name)
  await expect.poll(() => names().filter(isHalf), { timeout: 5000 }).toEqual([])
  for (const { parentPath, name } of files())
    if (name.endsWith('.json')) expect(statSync(join(parentPath, name)).size).toBeGreaterThan(1)
}

describe('a disk that is full', () => {
  it('when a job begins ends it with a clear sentence, and it paints once there is room', async ({
    skip,
  }) => {
    if (!smallDisk('full-begin')) skip()
    const open = await openStudio(home)
    fillDisk()
    const { status } = await paint(open)
    expect(status.state).toBe('failed')
    expect(status.state === 'failed' && status.error.message).toMatch(/full|space|ENOSPC/i)
    await expectNoHalves()
    rmSync(library('filler'))
    expect((await paint(open)).status.state).toBe('done')
    await open.studio.close()
  })

  it('when the picture is done keeps it elsewhere, and says where', async ({ skip }) => {
    if (!smallDisk('full-end')) skip()
    const open = await openStudio(home)
    const { id } = await open.page.call('start', smallRequest(open.opened))
    open.page.on('progress', ({ progress }) => {
      if (progress.detail.totalStep >= 12 && !readdirSync(library()).includes('filler')) fillDisk()
    })
    const { status } = await ended(open, id)
    expect(status.state).toBe('failed')
    const message = status.state === 'failed' ? status.error.message : ''
    expect(message).toContain(join(home, 'fallback'))
    const [kept] = readdirSync(join(home, 'fallback'))
    expect(statSync(join(home, 'fallback', kept!)).size).toBeGreaterThan(1000)
    await expectNoHalves()
    await open.studio.close()
  })

  it('leaves settings, presets and the table as they were', async ({ skip }) => {
    if (!smallDisk('full-small')) skip()
    const before = await openStudio(home)
    await before.page.call('saveDraft', {
      ...{ content: null, styles: [], initPicture: null, preset: null, own: { steps: 11 }, device: 'cpu' },
    })
    await before.studio.close()
    const open = await openStudio(home)
    fillDisk()
    await open.page.call('saveDraft', {
      ...{ content: null, styles: [], initPicture: null, preset: null, own: { steps: 22 }, device: 'cpu' },
    })
    await open.studio.close()
    rmSync(library('filler'))
    const again = await openStudio(home)
    expect([{ steps: 11 }, { steps: 22 }]).toContainEqual(again.opened.draft.own)
    await expectNoHalves()
    await again.studio.close()
  })
})

describe('a library that turned read-only', () => {
  it('ends a job with a clear sentence, and what was there can still be looked at', async ({ skip }) => {
    if (!smallDisk('read-only')) skip()
    const open = await openStudio(home)
    expect((await paint(open)).status.state).toBe('done')
    disk!.readOnly()
    const { status } = await paint(open)
    expect(status.state === 'failed' && status.error.message).toMatch(/read-only|EROFS/i)
    const { entries } = await open.page.call('gallery', { offset: 0, limit: 10 })
    expect(entries).toHaveLength(1)
    const view = { ticket: entries[0]!.picture, sidePx: 320, edit: { quarterTurns: 0, crop: null } } as const
    expect(statSync((await open.studio.media({ ...view, download: false })).path).size).toBeGreaterThan(100)
    await open.studio.close()
  })
})

describe('a library that is moved away while a job is painted, and another Pastiche opens in its place', () => {
  it('gets nothing of the job: its picture is kept elsewhere, and the user is told where', async () => {
    home = join(folder, 'taken')
    const open = await openStudio(home)
    let taking: Promise<Studio> | null = null
    open.page.on('progress', ({ progress }) => {
      if (progress.detail.totalStep < 3 || taking !== null) return
      renameSync(library(), join(home, 'moved'))
      const paths = appPaths({ env: { PASTICHE_HOME: home } })
      const { spawn } = new FakeWorkers('1.2.3')
      taking = Studio.open({ paths, spawn, appVersion: '1.2.3', env: {}, fallbackFolders: [] })
    })
    const { id } = await open.page.call('start', { ...smallRequest(open.opened), parameters: longer })
    const { status } = await ended(open, id)
    const other = await taking!
    expect(status.state).toBe('failed')
    expect(status.state === 'failed' && status.error.message).toContain(join(home, 'fallback'))
    expect(readdirSync(join(home, 'fallback'))).toHaveLength(1)
    await open.studio.close()
    await other.close()
    const names = readdirSync(library(), { recursive: true }) as string[]
    expect(names.filter((name) => /png|recipe|webp|queue/.test(name))).toEqual([])
  })
})
