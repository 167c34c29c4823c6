import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readAppVersion, type StudioShell } from '../../src/host/index.ts'
import { recipe as recipeSchema, saveOptions } from '../../src/shared/contract/recipe.ts'
import type { Exported, JobProgress, StudioJob } from '../../src/shared/contract/studio.ts'
import { run, testPicture } from '../cli/pastiche.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { TestStudio, tinyJob, type TestPage } from './support/real-studio.ts'

const temporary = temporaryFolder()
const photoPath = temporary.file('photo.jpg')
const stylePath = temporary.file('waves.png')
let count = 0
const freshHome = (): string => join(temporary.path, `home ${++count}`)
/** More steps than a test waits for. */
const long = { steps: 100_000, sizePx: 48, coarsestPx: 48 }

beforeAll(async () => {
  await testPicture(96, 64).jpeg().toFile(photoPath)
  await testPicture(64, 64, 1).png().toFile(stylePath)
  // The first start builds the engine, where need be.
  await run(['--version'], { cwd: temporary.path })
})

const ended = ['done', 'stopped', 'failed'] as const
const resultOf = ({ status }: StudioJob): string => (status as { resultId: string }).resultId

/** Two pages of a studio; every job is gone before the next test. */
describe('a studio', () => {
  let open: TestStudio
  let page: TestPage
  let photo: string
  let style: string

  beforeAll(async () => {
    open = await TestStudio.open(freshHome())
    photo = open.studio.grant(photoPath)
    style = open.studio.grant(stylePath)
  })
  beforeEach(() => {
    page = open.connect()
  })
  afterEach(async () => {
    for (const { id, status } of open.studio.jobs) {
      if (!(ended as readonly string[]).includes(status.state))
        await page.call('control', { jobId: id, command: { kind: 'stop' } })
    }
    for (const { id } of open.studio.jobs) {
      await page.until(id, ...ended)
      await page.call('dismiss', { jobId: id })
    }
    expect(page.faults).toEqual([])
    page.client.close()
  })
  afterAll(() => open.studio.close())

  const start = async (changes = {}): Promise<string> =>
    (await page.call('start', tinyJob(photo, style, changes))).id
  const paint = async (changes = {}): Promise<StudioJob> => page.until(await start(changes), ...ended)
  let painted: string | null = null
  /** A result that any test may look at. */
  const anyResult = async (): Promise<string> => (painted ??= resultOf(await paint()))

  it('tells a window all that it needs for its first sight', async () => {
    const { draft, samples, presets, models, ...first } = await page.call('open', {})
    expect(first).toMatchObject({
      ...{ appVersion: readAppVersion(), jobs: [], notices: [], offlineByEnvironment: false },
      shell: { kind: 'browser', hasDialogs: false },
      settings: { offline: false, theme: 'system', threads: 0, notify: true },
      folders: { library: join(open.home, 'library') },
    })
    expect(draft.content?.ticket).toBe(samples.find(({ kind }) => kind === 'photo')?.ticket)
    expect(draft.styles).toHaveLength(1)
    expect(presets[0]?.id).toBe('pastiche')
    expect(models.map(({ installed }) => installed)).toEqual([null, null])
  })

  it('paints the pictures of the first start', async () => {
    const { draft } = await page.call('open', {})
    const { id } = await page.call('start', tinyJob(draft.content!.ticket, draft.styles[0]!.picture.ticket))
    expect((await page.until(id, ...ended)).status.state).toBe('done')
  })

  describe('looks at a picture', () => {
    it('and says what it is', async () => {
      expect(await page.call('inspect', { ticket: photo })).toEqual({
        ...{ ticket: photo, name: 'photo.jpg', widthPx: 96, heightPx: 64, format: 'jpeg' },
        bytes: readFileSync(photoPath).length,
      })
      expect((await page.call('recent', {}))[0]?.ticket).toBe(photo)
    })

    it.each([
      ['text.jpg', 'Dear diary, this is no picture at all.', 'not-a-picture'],
      ['empty.png', '', 'picture-damaged'],
      ['missing.png', null, 'file-not-found'],
      ['folder.png', 'folder', 'not-a-picture'],
      ['half a header.jpg', Buffer.from('ffd8ffe000104a46', 'hex'), 'picture-damaged'],
    ])('and refuses %s by its name', async (name, content, code) => {
      const path = temporary.file(name)
      if (content === 'folder') mkdirSync(path)
      else if (content !== null) writeFileSync(path, content)
      const ticket = open.studio.grant(path)
      const message = expect.stringContaining(`"${name}"`) as string
      const told: unknown = expect.objectContaining({ code, message })
      await expect(page.call('inspect', { ticket })).rejects.toThrow(told)
      await expect(page.call('forecast', tinyJob(ticket, style))).rejects.toThrow(told)
      await expect(page.call('forecast', tinyJob(photo, ticket))).rejects.toThrow(told)
      await expect(page.call('start', tinyJob(photo, ticket))).rejects.toThrow(told)
      await expect(page.call('inspect', { ticket })).rejects.toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(temporary.path) as string }),
      )
      expect(open.studio.jobs).toEqual([])
    })

    it('and refuses one that is too small when it is to be painted', async () => {
      const path = temporary.file('dot.png')
      await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
        .png()
        .toFile(path)
      const ticket = open.studio.grant(path)
      expect(await page.call('inspect', { ticket })).toMatchObject({ widthPx: 1, heightPx: 1 })
      await expect(page.call('start', tinyJob(ticket, style))).rejects.toMatchObject({
        code: 'picture-too-small',
        message: expect.not.stringContaining(temporary.path) as string,
      })
    })

    it('and refuses one that ends too early by its name, at the latest when it is painted', async () => {
      const bytes = readFileSync(photoPath)
      const ticket = open.studio.grant(temporary.file('cut.jpg', bytes.subarray(0, bytes.length / 2)))
      await expect(page.call('inspect', { ticket })).rejects.toMatchObject({
        code: 'picture-damaged',
        message: expect.stringContaining('"cut.jpg"') as string,
      })
      const { id } = await page.call('start', tinyJob(ticket, style))
      const { status } = await page.until(id, ...ended)
      expect(status).toMatchObject({
        state: 'failed',
        resultId: null,
        error: { code: 'picture-damaged', message: expect.stringContaining('"cut.jpg"') as string },
      })
      expect(JSON.stringify(status)).not.toContain(temporary.path)
    })

    it('and shows views of it, but not the file itself', async () => {
      const edit = { quarterTurns: 1, crop: null }
      const request = { ticket: photo, sidePx: 320, edit, download: false } as const
      const view = await open.studio.media(request)
      expect(await sharp(view.path).metadata()).toMatchObject({ width: 64, height: 96, format: 'webp' })
      await expect(open.studio.media({ ...request, sidePx: null })).rejects.toMatchObject({
        code: 'unknown-ticket',
      })
    })

    it('that a page has sent', async () => {
      // eslint-disable-next-line @typescript-eslint/require-await
      async function* body(): AsyncGenerator<Uint8Array> {
        yield readFileSync(stylePath)
      }
      const ticket = await open.studio.upload({ purpose: 'picture', name: '../art.png', body: body() })
      expect(await page.call('inspect', { ticket })).toMatchObject({ name: 'art.png', widthPx: 64 })
    })
  })

  it('forecasts a job: its scales, its memory and its time', async () => {
    const request = tinyJob(photo, style, { optimizer: 'lbfgs' })
    const before = await page.call('forecast', request)
    expect(before).toMatchObject({ device: { id: 'cpu' }, fits: true, options: [], notices: [] })
    expect(before.plan.detail.scales).toMatchObject([{ widthPx: 64, heightPx: 43, steps: 6 }])
    expect(before.freeMemoryBytes).toBeGreaterThan(0)
    expect(before.estimatedMs).toBeGreaterThan(0)
  })

  it('paints a picture, and both pages hear of it', async () => {
    const other = open.connect()
    await other.call('open', {})
    const job = await page.call('start', tinyJob(photo, style, { steps: 8 }, 'pastiche'))
    expect(job).toMatchObject({ name: 'photo × waves', preset: 'Pastiche', content: photo, styles: [style] })
    const done = await page.until(job.id, ...ended)
    expect(done.status).toEqual({ state: 'done', resultId: expect.any(String) as string })
    await expect.poll(() => other.heard('gallery')).toHaveLength(1)
    for (const heard of [page, other]) {
      const steps = heard
        .heard('progress')
        .flatMap(({ samples }) => samples.map(({ totalStep }) => totalStep))
      expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      expect(heard.heard('jobs').at(-1)?.[0]?.status.state).toBe('done')
      expect(heard.heard('preview')).toEqual([])
    }
    expect((await page.call('job', { jobId: job.id })).samples).toHaveLength(8)
    other.client.close()
  })

  it('keeps each result with all that made it', async () => {
    const id = resultOf(await paint({ seed: 77 }))
    const { entries, total } = await page.call('gallery', {} as never)
    expect(total).toBeGreaterThan(0)
    expect(entries[0]).toMatchObject({
      ...{ id, name: 'photo × waves', state: 'done', widthPx: 64, heightPx: 43, network: 'compact' },
      ...{ preset: null, bytes: expect.any(Number) as number },
    })
    const recipe = await page.call('recipe', { resultId: id })
    expect(recipeSchema.strict().parse(recipe)).toMatchObject({
      ...{ appVersion: readAppVersion(), totalSteps: 6, doneSteps: 6, changes: [] },
      parameters: tinyJob(photo, style, { seed: 77 }).parameters,
      content: { name: 'photo.jpg', widthPx: 96, heightPx: 64 },
      styles: [{ picture: { name: 'waves.png' }, weight: 1 }],
      device: { id: 'cpu' },
      weights: {
        network: 'compact',
        origin: 'compact',
        dataSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    })
    expect(JSON.stringify(recipe)).not.toContain(temporary.path)
    const { path } = await open.studio.media({
      ...{ ticket: entries[0]!.picture, sidePx: null, download: false },
      edit: { quarterTurns: 0, crop: null },
    })
    expect(await sharp(path).metadata()).toMatchObject({ width: 64, height: 43, format: 'png' })
  })

  it('sends previews while someone watches, and only to who does', async () => {
    const other = open.connect()
    await other.call('open', {})
    const id = await start(long)
    await page.untilStep(id, 1)
    await page.call('watch', { jobId: id })
    await expect.poll(() => page.heard('preview').length, { timeout: 20_000 }).toBeGreaterThan(1)
    const [preview] = page.heard('preview')
    const webp = await sharp(Buffer.from(preview!.webpBase64, 'base64')).metadata()
    expect(webp).toMatchObject({ format: 'webp', width: preview!.widthPx })
    expect(other.heard('preview')).toEqual([])
    await page.call('watch', { jobId: null })
    await page.untilStep(id, 30)
    const { length } = page.heard('preview')
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(page.heard('preview').length).toBeLessThanOrEqual(length + 1)
    other.client.close()
  })

  it('moves sliders while it paints, pauses, resumes, and keeps what is stopped', async () => {
    const id = await start(long)
    await page.untilStep(id, 2)
    await page.call('control', {
      jobId: id,
      command: { kind: 'steer', steering: { method: 'optimise', parameters: { styleWeight: 0.5 } } },
    })
    expect((await page.job(id)).parameters.styleWeight).toBe(0.5)
    await page.call('control', { jobId: id, command: { kind: 'pause' } })
    const { status: paused } = await page.until(id, 'paused')
    await new Promise((resolve) => setTimeout(resolve, 250))
    const { status: still } = await page.job(id)
    const step = (status: unknown): number => (status as { progress: JobProgress }).progress.detail.totalStep
    // The step in hand is finished.
    expect(step(still)).toBeLessThanOrEqual(step(paused) + 1)
    await page.call('control', { jobId: id, command: { kind: 'resume' } })
    await page.untilStep(id, step(still) + 2)
    await page.call('control', { jobId: id, command: { kind: 'stop' } })
    const stopped = await page.until(id, ...ended)
    expect(stopped.status.state).toBe('stopped')
    const recipe = await page.call('recipe', { resultId: resultOf(stopped) })
    expect(recipe.changes).toEqual([
      { totalStep: expect.any(Number) as number, weights: { styleWeight: 0.5 } },
    ])
    expect(recipe.doneSteps).toBeGreaterThan(step(still))
    expect(recipe.totalSteps).toBe(100_000)
    const { draft } = await page.call('reuse', { resultId: resultOf(stopped) })
    expect(draft.own.styleWeight).toBe(0.5)
  })

  it('queues further jobs, which can be moved and taken out', async () => {
    const [a, b, c] = [await start(long), await start(), await start()]
    await page.call('moveJob', { jobId: c, place: 0 })
    expect(open.studio.jobs.map(({ id }) => id)).toEqual([a, c, b])
    await page.call('control', { jobId: b, command: { kind: 'stop' } })
    await page.until(a, 'running')
    await page.call('control', { jobId: a, command: { kind: 'stop' } })
    expect((await page.until(c, ...ended)).status.state).toBe('done')
    expect(open.studio.jobs.map(({ id }) => id)).toEqual([c, a])
  })

  it('hands a result on in every format', async () => {
    const resultId = await anyResult()
    const fetch = async (exported: Exported): Promise<string> => {
      if (exported.kind !== 'download') throw new Error(`Expected a download, received ${exported.kind}.`)
      const edit = { quarterTurns: 0, crop: null }
      const file = await open.studio.media({ ticket: exported.ticket, sidePx: null, edit, download: true })
      expect(file.downloadName).toBe(exported.name)
      return file.path
    }
    for (const [format, name, depth] of [
      ['png', 'photo × waves.png', 'ushort'],
      ['jpeg', 'photo × waves.jpg', 'uchar'],
      ['webp', 'photo × waves.webp', 'uchar'],
      ['tiff', 'photo × waves.tif', 'ushort'],
    ] as const) {
      const options = saveOptions.parse({ format, bitDepth: 16 })
      const exported = await page.call('save', { resultId, options })
      expect(exported).toMatchObject({ kind: 'download', name })
      expect(await sharp(await fetch(exported)).metadata()).toMatchObject({ format, depth, width: 64 })
    }
  })

  it('saves where a dialog says, and has the desktop copy and reveal', async () => {
    const resultId = await anyResult()
    const asked: string[] = []
    const target = temporary.file('saved.jpg')
    const shell: StudioShell = {
      facts: { kind: 'desktop', platform: 'linux', hasDialogs: true },
      desk: {
        pick: (what, multiple) => {
          asked.push(`pick ${what} ${String(multiple)}`)
          return Promise.resolve([photoPath])
        },
        pickTarget: (name) => Promise.resolve(name === 'photo × waves.jpg' ? target : null),
        reveal: (path) => Promise.resolve(void asked.push(`reveal ${path}`)),
        copyPicture: (path) => Promise.resolve(void asked.push(`copy ${path}`)),
      },
    }
    const window = open.connect(shell)
    const save = (format: 'jpeg' | 'png'): Promise<Exported> =>
      window.call('save', { resultId, options: saveOptions.parse({ format }) })
    expect(await save('jpeg')).toEqual({ kind: 'saved', name: 'saved.jpg' })
    expect(await sharp(target).metadata()).toMatchObject({ format: 'jpeg', width: 64 })
    expect(await save('png')).toEqual({ kind: 'cancelled' })
    expect(await window.call('pick', { what: 'picture', multiple: true })).toEqual([
      { ticket: photo, name: 'photo.jpg' },
    ])
    await window.call('copy', { resultId })
    await window.call('reveal', { resultId })
    const master = join(open.home, 'library', 'results', resultId, 'result.png')
    expect(asked).toEqual(['pick picture true', `copy ${master}`, `reveal ${master}`])
    await expect(page.call('pick', { what: 'picture', multiple: false })).rejects.toMatchObject({
      code: 'not-here',
    })
    window.client.close()
  })

  it('takes up the pictures and parameters of a result again', async () => {
    const request = tinyJob(photo, style, { seed: 5, steps: 7 }, 'quick-sketch')
    request.styles[0]!.edit = { quarterTurns: 2, crop: { left: 0, top: 0, width: 0.5, height: 1 } }
    request.styles[0]!.weight = 3
    const { id } = await page.call('start', request)
    const { draft, warnings } = await page.call('reuse', { resultId: resultOf(await page.until(id, 'done')) })
    expect(warnings).toEqual([])
    expect(draft).toMatchObject({
      content: { ticket: photo },
      styles: [{ picture: { ticket: style }, weight: 3, edit: request.styles[0]!.edit }],
      preset: 'quick-sketch',
      own: { seed: 5, steps: 7, sizePx: 64 },
    })
  })

  it('names the pictures of a result that are gone, and finds the others', async () => {
    const path = temporary.file('short-lived.jpg')
    await testPicture(96, 64, 3).jpeg().toFile(path)
    const { id } = await page.call('start', tinyJob(open.studio.grant(path), style))
    const done = await page.until(id, 'done')
    writeFileSync(path, 'no picture any more')
    const { draft, warnings } = await page.call('reuse', { resultId: resultOf(done) })
    expect(warnings).toEqual(['"short-lived.jpg" is no longer where it was: add it again.'])
    expect(draft.content).toBeNull()
    expect(draft.styles).toHaveLength(1)
  })

  it('renames, deletes and brings back, and every page hears of it', async () => {
    const other = open.connect()
    await other.call('open', {})
    const resultId = await anyResult()
    const { name } = (await page.call('gallery', { offset: 0, limit: 500 })).entries.find(
      (entry) => entry.id === resultId,
    )!
    other.forget()
    await page.call('rename', { resultId, name: 'Evening' })
    await page.call('delete', { resultIds: [resultId] })
    await expect(page.call('recipe', { resultId })).rejects.toMatchObject({ code: 'unknown-result' })
    await page.call('undelete', { resultIds: [resultId] })
    await expect
      .poll(() => other.heard('gallery'))
      .toMatchObject([
        { changed: [{ id: resultId, name: 'Evening' }], removed: [] },
        { changed: [], removed: [resultId] },
        { changed: [{ id: resultId, name: 'Evening' }], removed: [] },
      ])
    await page.call('rename', { resultId, name })
    other.client.close()
  })

  it('keeps presets: saved, renamed, replaced, exported, taken in, removed', async () => {
    const request = { name: 'Mine', description: '', parameters: { steps: 9 }, base: null, replace: false }
    const { id } = await page.call('savePreset', request)
    await expect(page.call('savePreset', request)).rejects.toMatchObject({ code: 'preset-exists' })
    await page.call('savePreset', { ...request, parameters: { steps: 10 }, replace: true })
    expect(await page.call('renamePreset', { id, name: 'Yours' })).toMatchObject({ id, name: 'Yours' })
    const exported = await page.call('exportPreset', { id })
    expect(exported).toMatchObject({ kind: 'download', name: 'yours.pastiche' })
    await page.call('removePreset', { id })
    const { ticket } = exported as { ticket: string }
    expect(await page.call('importPreset', { ticket, replace: false })).toMatchObject({
      ...{ name: 'Yours', parameters: { steps: 10 }, builtIn: false },
    })
    const broken = open.studio.grant(temporary.file('broken.pastiche', '{}'))
    await expect(page.call('importPreset', { ticket: broken, replace: false })).rejects.toMatchObject({
      code: 'preset-unreadable',
    })
    const gone = open.studio.grant(temporary.file('gone.pastiche'))
    await expect(page.call('importPreset', { ticket: gone, replace: false })).rejects.toThrow(
      '"gone.pastiche"',
    )
    expect(page.heard('presets').length).toBeGreaterThanOrEqual(5)
    await page.call('removePreset', { id })
  })

  it('refuses weights that are none, by their name, and needs those of a network that is not there', async () => {
    const ticket = open.studio.grant(temporary.file('fake.h5', 'no weights'))
    const request = { ticket, family: null, allowUnverified: false }
    await expect(page.call('importModel', request)).rejects.toMatchObject({
      code: expect.stringMatching(/^weights-/) as string,
      message: expect.not.stringContaining(temporary.path) as string,
    })
    await expect(page.call('start', tinyJob(photo, style, { network: 'vgg19' }))).rejects.toMatchObject({
      code: 'weights-missing',
    })
  })

  it('changes settings for two pages at once, and loses neither', async () => {
    const other = open.connect()
    await other.call('open', {})
    await Promise.all([
      page.call('changeSettings', { theme: 'dark' }),
      other.call('changeSettings', { threads: 2 }),
      page.call('changeSettings', { notify: false }),
    ])
    expect((await page.call('open', {})).settings).toEqual({
      ...{ theme: 'dark', threads: 2, notify: false, offline: false },
    })
    expect(other.heard('settings')).toHaveLength(3)
    await page.call('changeSettings', { theme: 'system', threads: 0, notify: true })
    other.client.close()
  })

  it('forgets a page that is gone, and continues for the others', async () => {
    const gone = open.connect()
    const id = await start(long)
    await gone.call('watch', { jobId: id })
    gone.client.close()
    await page.untilStep(id, 3)
    const heardBefore = gone.heard('progress').length
    await page.untilStep(id, 20)
    expect(gone.heard('progress')).toHaveLength(heardBefore)
    await page.call('control', { jobId: id, command: { kind: 'stop' } })
    await page.until(id, ...ended)
    page.client.close()
    await new Promise((resolve) => setTimeout(resolve, 0))
    // Nobody hears it now: it waits for the next page.
    open.studio.notify({ level: 'info', message: 'Nobody is here.', hint: null })
    page = open.connect()
    expect((await page.call('open', {})).notices).toEqual([
      { level: 'info', message: 'Nobody is here.', hint: null },
    ])
    expect((await page.call('open', {})).notices).toEqual([])
  })

  it('tells a page what its shell asks of it', async () => {
    await page.call('open', {})
    page.page?.command('full-screen')
    page.page?.opened([photoPath])
    await expect.poll(() => page.heard('command')).toEqual(['full-screen'])
    expect(page.heard('opened')).toEqual([[{ ticket: photo, name: 'photo.jpg' }]])
  })

  it('continues a job whose engine is killed in the middle', async () => {
    const { id } = await page.call('start', tinyJob(photo, style, { steps: 60 }))
    await page.untilStep(id, 3)
    process.kill(await painterOf(open), 'SIGKILL')
    expect((await page.until(id, ...ended)).status.state).toBe('done')
    expect((await page.job(id)).notices).toEqual([
      expect.stringMatching(/^The engine stopped in the middle of the job \(killed by SIGKILL\)\./),
    ])
  })
})

/** The process that paints: of all that live, the one that was started last. */
async function painterOf({ workers }: TestStudio): Promise<number> {
  const alive: number[] = []
  for (const { pid, exited } of workers) {
    const isGone = await Promise.race([exited.then(() => true), Promise.resolve(false)])
    if (!isGone && pid !== undefined) alive.push(pid)
  }
  return alive.at(-1)!
}

describe('a studio that is opened again', () => {
  it('is as it was left: settings, table, presets, gallery and queue', async () => {
    const home = freshHome()
    const first = await TestStudio.open(home)
    const [photo, style] = [first.studio.grant(photoPath), first.studio.grant(stylePath)]
    const page = first.connect()
    for (const ticket of [photo, style]) await page.call('inspect', { ticket })
    await page.call('changeSettings', { theme: 'dark', offline: true })
    await page.call('saveDraft', {
      ...{ content: photo, initPicture: null, preset: 'gentle', own: { seed: 4 }, device: 'cpu' },
      styles: [{ picture: style, weight: 2, edit: { quarterTurns: 3, crop: null } }],
    })
    await page.call('savePreset', {
      ...{ name: 'Mine', description: '', parameters: { steps: 9 }, base: null, replace: false },
    })
    const done = await page.until((await page.call('start', tinyJob(photo, style))).id, 'done')
    const { id: cut } = await page.call('start', tinyJob(photo, style, long))
    const { id: waiting } = await page.call('start', tinyJob(photo, style))
    await page.untilStep(cut, 2)
    await first.studio.close()
    await first.studio.close()

    const second = await TestStudio.open(home)
    const again = second.connect()
    const opened = await again.call('open', {})
    expect(opened.settings).toMatchObject({ theme: 'dark', offline: true })
    expect(opened.draft).toMatchObject({
      ...{ content: { name: 'photo.jpg' }, preset: 'gentle', own: { seed: 4 }, device: 'cpu' },
      styles: [{ picture: { name: 'waves.png' }, weight: 2, edit: { quarterTurns: 3 } }],
    })
    expect(opened.presets.map(({ name }) => name)).toContain('Mine')
    expect(opened.notices).toEqual([])
    const { entries } = await again.call('gallery', { offset: 0, limit: 9 })
    expect(entries.map(({ id }) => id)).toContain(resultOf(done))
    expect((await again.until(waiting, 'done')).status.state).toBe('done')
    expect((await again.job(cut)).status.state).toBe('failed')
    expect(await again.call('goOn', { jobId: cut })).toMatchObject({ id: cut })
    await again.untilStep(cut, 3)
    await second.studio.close()
    expect(readdirSync(home)).toEqual(expect.arrayContaining(['library', 'presets', 'settings.json']))
  })

  it('is refused a second time while it is open, in a clear sentence', async () => {
    const home = freshHome()
    const first = await TestStudio.open(home)
    await expect(TestStudio.open(home)).rejects.toMatchObject({
      code: 'store-busy',
      message: `Another Pastiche (process ${process.pid}) is using this library.`,
    })
    await first.studio.close()
    const second = await TestStudio.open(home)
    await second.studio.close()
    expect(existsSync(join(home, 'library', 'store.lock'))).toBe(false)
  })

  it('tells what it found broken, and works nevertheless', async () => {
    const home = freshHome()
    for (const folder of ['library', 'presets']) mkdirSync(join(home, folder), { recursive: true })
    for (const name of ['settings.json', 'library/queue.json', 'library/table.json', 'presets/a.json'])
      writeFileSync(join(home, name), 'broken')
    const open = await TestStudio.open(home)
    const { notices, draft } = await open.connect().call('open', {})
    expect(notices.map(({ level }) => level)).toEqual(['warning', 'warning', 'warning', 'warning'])
    expect(draft.content).not.toBeNull()
    await open.studio.close()
  })

  it('answers a page that comes too late with the end of the line', async () => {
    const open = await TestStudio.open(freshHome())
    await open.studio.close()
    await expect(open.connect().call('open', {})).rejects.toMatchObject({ code: 'connection-closed' })
  })
})
