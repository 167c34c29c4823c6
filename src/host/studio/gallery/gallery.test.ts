import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeTools } from '../../../../tests/studio/support/fake-tools.ts'
import { anOrder } from '../../../../tests/studio/support/orders.ts'
import { tinyPng } from '../../../../tests/studio/support/tiny-png.ts'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { galleryEntry, recipe, saveOptions } from '../../../shared/contract/recipe.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { sourcesOf } from '../jobs/job-order.ts'
import { Tickets } from '../tickets.ts'
import type { ResultFacts } from './begun-result.ts'
import { Gallery, type GalleryChange } from './gallery.ts'
import type { ResultSources } from './source-copies.ts'

const temporary = temporaryFolder()
const weekMs = 7 * 24 * 3_600_000
let count = 0
let folder: string
let tools: FakeTools
let tickets: Tickets
let sources: ResultSources

beforeEach(() => {
  folder = join(temporary.path, `library ${++count}`)
  tools = new FakeTools()
  tickets = new Tickets()
  const content = { path: temporary.file('lake.jpg', 'photo'), name: 'lake.jpg' }
  const [style] = anOrder().styles
  const painting = { ...style!, path: temporary.file('waves.png', 'painting') }
  sources = sourcesOf(anOrder({ content, styles: [painting] }))
})

function fresh(): Gallery {
  return new Gallery({ folder, tools, tickets, appVersion: '1.2.3' })
}

async function reopened(): Promise<Gallery> {
  const gallery = fresh()
  await gallery.open()
  return gallery
}

const facts = (name = 'lake × waves'): ResultFacts => ({
  ...{ name, widthPx: 4, heightPx: 3, parameters: anOrder().parameters, threads: 0 },
  preset: { name: 'Pastiche', modified: false },
  changes: [{ totalStep: 3, weights: { styleWeight: 2 } }],
  device: { id: 'cpu', name: 'CPU' },
  weights: { network: 'compact', origin: 'built-in', dataSha256: null },
  ...{ totalSteps: 10, doneSteps: 10, elapsedMs: 5 },
  loss: { total: 1, content: 1, style: 0, variation: 0 },
})

async function paint(gallery: Gallery, name?: string): Promise<string> {
  const { id, outputPath } = await gallery.begin(sources)
  writeFileSync(outputPath, tinyPng)
  await gallery.finish(id, 'done', facts(name))
  return id
}

function heard(gallery: Gallery): GalleryChange[] {
  const changes: GalleryChange[] = []
  gallery.on((change) => changes.push(change))
  return changes
}

const at = (...parts: string[]): string => join(folder, ...parts)
const makeOld = (path: string): void => {
  const old = new Date(Date.now() - weekMs - 60_000)
  utimesSync(path, old, old)
}

describe('a result', () => {
  it('is shown when it is finished, with the copies of its pictures', async () => {
    const gallery = fresh()
    const changes = heard(gallery)
    const id = await paint(gallery)
    const entry = gallery.entry(id)
    expect(changes).toEqual([{ changed: [entry], removed: [] }])
    expect(galleryEntry.parse(entry)).toMatchObject({
      ...{ id, name: 'lake × waves', state: 'done', widthPx: 4, heightPx: 3, bytes: tinyPng.length },
      ...{ preset: 'Pastiche', network: 'compact' },
    })
    for (const ticket of [entry.picture, entry.content, ...entry.styles]) {
      expect(tickets.file(ticket).isOpen).toBe(true)
      expect(existsSync(tickets.file(ticket).path)).toBe(true)
    }
  })

  it('has a recipe with all that made it, and no path', async () => {
    const gallery = fresh()
    const id = await paint(gallery)
    const told = recipe.strict().parse(gallery.recipe(id))
    expect(told).toMatchObject({
      ...{ schema: 1, appVersion: '1.2.3', parameters: { seed: anOrder().parameters.seed } },
      content: {
        ...{ name: 'lake.jpg', widthPx: 4, heightPx: 3 },
        sha256: createHash('sha256').update('photo').digest('hex'),
      },
      changes: [{ totalStep: 3, weights: { styleWeight: 2 } }],
    })
    expect(JSON.stringify(told)).not.toContain(temporary.path)
  })

  it('is the same after the gallery was opened again', async () => {
    const gallery = fresh()
    const id = await paint(gallery)
    const again = await reopened()
    expect(again.entry(id)).toEqual(gallery.entry(id))
    expect(again.recipe(id)).toEqual(gallery.recipe(id))
    expect(again.mentions()).toEqual([sources.content.path, sources.styles[0]!.path])
  })

  it('never shares an id with another', async () => {
    const gallery = fresh()
    const ids = await Promise.all(Array.from({ length: 20 }, () => paint(gallery)))
    expect(new Set(ids).size).toBe(20)
  })

  it('that is given up leaves nothing behind', async () => {
    const gallery = fresh()
    const { id, outputPath } = await gallery.begin(sources)
    writeFileSync(outputPath, tinyPng)
    gallery.sketch(id, facts())
    await gallery.discard(id)
    expect(readdirSync(at('results'))).toEqual([])
    expect(gallery.mentions()).toEqual([])
    await expect(gallery.finish(id, 'done', facts())).rejects.toMatchObject({ code: 'unknown-result' })
  })

  it('is taken in by a second look at its pictures, where the first failed', async () => {
    const gallery = fresh()
    tools.onCall = () => new PasticheError('disk-full', 'Expected room.')
    const { id, outputPath } = await gallery.begin(sources)
    writeFileSync(outputPath, tinyPng)
    await Promise.resolve()
    tools.onCall = () => null
    expect(await gallery.finish(id, 'stopped', facts())).toMatchObject({ id, state: 'stopped' })
  })

  it('that cannot be taken in stays where it was painted', async () => {
    const gallery = fresh()
    const { id, outputPath } = await gallery.begin(sources)
    writeFileSync(outputPath, tinyPng)
    tools.onCall = () => new PasticheError('file-not-found', 'Expected a picture.')
    rmSync(sources.content.path)
    await expect(gallery.finish(id, 'done', facts())).rejects.toMatchObject({ code: 'file-not-found' })
    expect(existsSync(outputPath)).toBe(true)
    expect(gallery.has(id)).toBe(false)
  })

  it('has a folder that cannot be made told in one sentence', async () => {
    writeFileSync(folder, 'a file')
    await expect(fresh().begin(sources)).rejects.toMatchObject({
      code: 'output-not-writable',
      message: expect.stringMatching(/^Cannot make the folder .* for the result: /) as string,
    })
  })
})

describe('a page of the gallery', () => {
  it('is a part of all results, newest first', async () => {
    const gallery = fresh()
    const ids: string[] = []
    for (const name of ['a', 'b', 'c']) {
      ids.unshift(await paint(gallery, name))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    const page = (offset: number, limit: number): string[] =>
      gallery.list(offset, limit).entries.map(({ id }) => id)
    expect(page(0, 200)).toEqual(ids)
    expect(page(1, 1)).toEqual([ids[1]])
    expect(page(3, 5)).toEqual([])
    expect(gallery.list(2, 1).total).toBe(3)
  })
})

describe('a name', () => {
  it('is changed, told and kept, and is that of the download', async () => {
    const gallery = fresh()
    const id = await paint(gallery)
    const changes = heard(gallery)
    const entry = await gallery.rename(id, '  Evening\n at the lake ')
    expect(entry.name).toBe('Evening at the lake')
    expect(changes).toEqual([{ changed: [entry], removed: [] }])
    expect((await reopened()).entry(id).name).toBe('Evening at the lake')
    expect(tickets.file(entry.picture).name).toBe('Evening at the lake.png')
  })

  it('that cannot be seen is refused', async () => {
    const gallery = fresh()
    const id = await paint(gallery)
    await expect(gallery.rename(id, ' \n\t')).rejects.toMatchObject({ code: 'invalid-request' })
    expect(gallery.entry(id).name).toBe('lake × waves')
  })

  it('keeps what a newer Pastiche has written into the recipe', async () => {
    const gallery = fresh()
    const id = await paint(gallery)
    const file = at('results', id, 'recipe.json')
    const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    writeFileSync(file, JSON.stringify({ ...json, mood: 'blue' }))
    await (await reopened()).rename(id, 'b')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ name: 'b', mood: 'blue' })
  })
})

describe('deleting', () => {
  it('sets results aside, and undeleting brings them back as they were', async () => {
    const gallery = fresh()
    const ids = [await paint(gallery, 'a'), await paint(gallery, 'b')]
    const entries = ids.map((id) => gallery.entry(id))
    const changes = heard(gallery)
    await gallery.remove([...ids, ids[0]!])
    expect(gallery.list(0, 9).total).toBe(0)
    expect(readdirSync(at('results'))).toEqual([])
    await gallery.restore(ids)
    expect(changes).toEqual([
      { changed: [], removed: ids },
      { changed: entries, removed: [] },
    ])
    for (const ticket of [entries[0]!.picture, entries[0]!.content])
      expect(existsSync(tickets.file(ticket).path)).toBe(true)
  })

  it('moves nothing where one of the results is unknown', async () => {
    const gallery = fresh()
    const id = await paint(gallery)
    const unknown = '00000000-0000-4000-8000-000000000000'
    await expect(gallery.remove([id, unknown])).rejects.toMatchObject({ code: 'unknown-result' })
    expect(gallery.has(id)).toBe(true)
    await expect(gallery.restore([id])).rejects.toMatchObject({ code: 'unknown-result' })
  })

  it('that fails in the middle tells of those that went, and keeps the others', async () => {
    const gallery = fresh()
    const ids = [await paint(gallery, 'a'), await paint(gallery, 'b'), await paint(gallery, 'c')]
    renameSync(at('results', ids[1]!), at('elsewhere'))
    const changes = heard(gallery)
    await expect(gallery.remove(ids)).rejects.toMatchObject({ code: 'output-not-writable' })
    expect(changes).toEqual([{ changed: [], removed: [ids[0]] }])
    expect(ids.map((id) => gallery.has(id))).toEqual([false, true, true])
    await gallery.restore([ids[0]!])
    expect(gallery.has(ids[0]!)).toBe(true)
  })

  it('of the same result by two pages at once is done once, and the second is told so', async () => {
    const gallery = fresh()
    const id = await paint(gallery)
    const both = await Promise.allSettled([gallery.remove([id]), gallery.remove([id])])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(both[1]).toMatchObject({ reason: { code: 'unknown-result' } })
  })

  it('is never undone by a change of the name that comes with it', async () => {
    const gallery = fresh()
    const id = await paint(gallery)
    const both = await Promise.allSettled([gallery.remove([id]), gallery.rename(id, 'b')])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(gallery.list(0, 9).total).toBe(0)
  })

  it('can be undone after a restart, for a week; then the trash is emptied', async () => {
    const gallery = fresh()
    const [young, old] = [await paint(gallery, 'young'), await paint(gallery, 'old')]
    // Painted long ago, deleted now.
    makeOld(at('results', young))
    await gallery.remove([young, old])
    makeOld(at('trash', old))
    const again = await reopened()
    expect(readdirSync(at('trash'))).toEqual([young])
    await again.restore([young])
    expect(again.entry(young).name).toBe('young')
    await expect(again.restore([old])).rejects.toMatchObject({ code: 'unknown-result' })
  })
})

describe('a library that is opened again', () => {
  /** As a Pastiche leaves it that is killed while it paints. */
  async function killed(picture: Buffer | null): Promise<string> {
    const gallery = fresh()
    const { id, outputPath } = await gallery.begin(sources)
    gallery.sketch(id, { ...facts(), widthPx: 640, heightPx: 480 })
    await expect.poll(() => existsSync(at('results', id, 'recipe.json'))).toBe(true)
    if (picture !== null) writeFileSync(outputPath, picture)
    return id
  }

  it('keeps the picture of a job that was cut off, with its own size', async () => {
    const id = await killed(tinyPng)
    const gallery = fresh()
    expect(await gallery.open()).toEqual([
      {
        level: 'info',
        message: 'Pastiche was closed while "lake × waves" was being painted. Its picture was kept.',
        hint: null,
      },
    ])
    expect(gallery.entry(id)).toMatchObject({
      state: 'failed',
      widthPx: 1,
      heightPx: 1,
      bytes: tinyPng.length,
    })
    expect(await fresh().open()).toEqual([])
  })

  it('leaves the folder of a job without a picture until it is old', async () => {
    const id = await killed(null)
    const gallery = fresh()
    expect(await gallery.open()).toEqual([])
    expect(gallery.list(0, 9).total).toBe(0)
    expect(existsSync(at('results', id))).toBe(true)
    makeOld(at('results', id))
    await fresh().open()
    expect(existsSync(at('results', id))).toBe(false)
  })

  it.each([
    ['a recipe that is no JSON', (path: string) => writeFileSync(join(path, 'recipe.json'), '{"schema":1')],
    ['a recipe of the wrong kind', (path: string) => writeFileSync(join(path, 'recipe.json'), '[]')],
    ['a recipe without a field', (path: string) => writeFileSync(join(path, 'recipe.json'), '{"schema":1}')],
    ['no picture', (path: string) => rmSync(join(path, 'result.png'))],
    ['no recipe', (path: string) => rmSync(join(path, 'recipe.json'))],
  ])('sets a result with %s aside and says where it is', async (_what, damage) => {
    const id = await paint(fresh())
    const other = await paint(fresh(), 'other')
    damage(at('results', id))
    const gallery = fresh()
    const notices = await gallery.open()
    expect(gallery.list(0, 9).entries.map((entry) => entry.id)).toEqual([other])
    const [aside] = readdirSync(at('results', '.set-aside'))
    expect(notices).toMatchObject([
      { level: 'warning', hint: `It is now in ${at('results', '.set-aside', aside!)}.` },
    ])
    expect(notices[0]!.message).toMatch(/^The result in .* could not be read\. \S/)
    expect(await fresh().open()).toEqual([])
  })

  it('leaves a result of a newer Pastiche alone, and says so each time', async () => {
    const id = await paint(fresh())
    const file = at('results', id, 'recipe.json')
    writeFileSync(file, JSON.stringify({ schema: 2, everything: 'else' }))
    for (let i = 0; i < 2; i++) {
      const gallery = fresh()
      expect(await gallery.open()).toMatchObject([{ level: 'warning', hint: 'Update Pastiche to see it.' }])
      expect(gallery.has(id)).toBe(false)
    }
    expect(existsSync(at('results', id, 'result.png'))).toBe(true)
  })

  it('sets a copy of a result aside that lies under another id', async () => {
    const id = await paint(fresh())
    const copy = '00000000-0000-4000-8000-000000000000'
    mkdirSync(at('results', copy))
    for (const name of ['recipe.json', 'result.png'])
      writeFileSync(at('results', copy, name), readFileSync(at('results', id, name)))
    const gallery = fresh()
    expect(await gallery.open()).toHaveLength(1)
    expect(gallery.list(0, 9).entries.map((entry) => entry.id)).toEqual([id])
  })

  it('does not care for other things in its folder', async () => {
    mkdirSync(at('results', 'notes'), { recursive: true })
    writeFileSync(at('results', '00000000-0000-4000-8000-000000000000'), 'a file')
    expect(await fresh().open()).toEqual([])
    expect(readdirSync(at('results'))).toHaveLength(2)
  })

  it('tells of a folder that it cannot read', async () => {
    mkdirSync(folder)
    writeFileSync(at('results'), 'a file')
    expect(await fresh().open()).toMatchObject([
      { level: 'error', hint: 'Check the permissions of the folder.' },
    ])
  })
})

describe('saving', () => {
  it('has the engine write the file, with 16 bits only where the format has them', async () => {
    const gallery = fresh()
    const id = await paint(gallery)
    const save = (format: 'png' | 'jpeg', ending: string): Promise<void> =>
      gallery.save(
        id,
        saveOptions.parse({ format, bitDepth: 16, keepGps: true }),
        temporary.file(`out${ending}`),
      )
    await save('png', '.png')
    await save('jpeg', '.jpg')
    const saved = tools.heard.filter(({ method }) => method === 'savePicture').map(({ input }) => input)
    expect(saved).toMatchObject([
      { source: gallery.masterPath(id), output: { bitDepth: 16, keepGps: true } },
      { output: { bitDepth: 8, keepGps: true, path: temporary.file('out.jpg') } },
    ])
  })

  it('never overwrites a picture that the result was painted from, or anything in the library', async () => {
    const gallery = fresh()
    const id = await paint(gallery)
    const save = (path: string): Promise<void> => gallery.save(id, saveOptions.parse({}), path)
    await expect(save(sources.content.path)).rejects.toMatchObject({ code: 'output-is-input' })
    await expect(save(sources.styles[0]!.path)).rejects.toMatchObject({ code: 'output-is-input' })
    await expect(save(gallery.masterPath(id))).rejects.toMatchObject({ code: 'output-not-writable' })
    await expect(save(at('uploads', 'a.png'))).rejects.toMatchObject({ code: 'output-not-writable' })
    expect(tools.count('savePicture')).toBe(0)
  })

  it('of an unknown result is refused', async () => {
    const path = temporary.file('out.png')
    await expect(fresh().save('x', saveOptions.parse({}), path)).rejects.toMatchObject({
      code: 'unknown-result',
    })
  })
})

describe.skipIf(process.getuid?.() === 0)('a library that may not be written', () => {
  it('tells of a name that cannot be kept, and keeps the old one', async () => {
    const gallery = fresh()
    const id = await paint(gallery)
    chmodSync(at('results', id), 0o500)
    await expect(gallery.rename(id, 'b')).rejects.toMatchObject({ code: 'output-not-writable' })
    chmodSync(at('results', id), 0o700)
    expect(gallery.entry(id).name).toBe('lake × waves')
  })
})
