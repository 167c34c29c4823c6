import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { openDraft, type Draft } from '../../../shared/contract/studio.ts'
import { Tickets } from '../tickets.ts'
import type { KnownPicture } from './known-picture.ts'
import { Table } from './table.ts'

const temporary = temporaryFolder()
let count = 0
let path: string
let tickets: Tickets
const onProblem = vi.fn<(problem: Error) => void>()

const empty: Draft = {
  content: null,
  styles: [],
  initPicture: null,
  preset: 'pastiche',
  own: {},
  device: 'auto',
}
const edit = { quarterTurns: 1, crop: null }

function aPicture(name: string): KnownPicture {
  const file = temporary.file(name, 'x')
  return { path: file, name, widthPx: 4, heightPx: 3, bytes: 1, format: 'png' }
}

beforeEach(() => {
  path = join(temporary.path, `library ${++count}`, 'table.json')
  tickets = new Tickets()
  onProblem.mockReset()
})

async function open(samples: Parameters<Table['open']>[0] = null): Promise<Table> {
  const table = new Table(path, tickets, empty, onProblem)
  expect(await table.open(samples)).toEqual([])
  return table
}

function lay(table: Table, content: KnownPicture, ...styles: KnownPicture[]): void {
  const known = new Map([content, ...styles].map((picture) => [tickets.give(picture), picture]))
  const ticket = (picture: KnownPicture): string => tickets.give(picture)
  const draft: Draft = {
    ...empty,
    content: ticket(content),
    styles: styles.map((picture) => ({ picture: ticket(picture), weight: 2, edit })),
    own: { steps: 7 },
    device: 'cpu',
  }
  table.lay(draft, (asked) => known.get(asked) ?? null)
}

describe('the table', () => {
  it('has the samples on it at the very first start', async () => {
    const [content, style] = [aPicture('lake.jpg'), aPicture('waves.jpg')]
    const { draft } = await open({ content, style })
    expect(openDraft.strict().parse(draft)).toMatchObject({
      content: { name: 'lake.jpg' },
      styles: [{ picture: { name: 'waves.jpg' }, weight: 1 }],
      preset: 'pastiche',
    })
  })

  it('is the next time as it was left, samples or not', async () => {
    const table = await open()
    lay(table, aPicture('a.png'), aPicture('b.png'))
    await table.settled()
    const again = await open({ content: aPicture('lake.jpg'), style: aPicture('waves.jpg') })
    expect(again.draft).toEqual(table.draft)
    expect(again.draft).toMatchObject({
      content: { name: 'a.png' },
      styles: [{ weight: 2, edit }],
      own: { steps: 7 },
      device: 'cpu',
    })
  })

  it('tells no path', async () => {
    const table = await open()
    lay(table, aPicture('a.png'), aPicture('b.png'))
    expect(JSON.stringify(table.draft)).not.toContain(temporary.path)
  })

  it('leaves out pictures that have vanished', async () => {
    const table = await open()
    const [content, gone, kept] = [aPicture('c.png'), aPicture('gone.png'), aPicture('kept.png')]
    lay(table, content, gone, kept)
    table.use(gone)
    rmSync(gone.path)
    rmSync(content.path)
    expect(table.draft.content).toBeNull()
    expect(table.draft.styles.map(({ picture }) => picture.name)).toEqual(['kept.png'])
    expect(table.recent).toEqual([])
  })

  it('is kept without pictures that nobody knows', async () => {
    const table = await open()
    const unknown = new Tickets().give({ path: '/x', name: 'x' })
    table.lay(
      { ...empty, content: unknown, styles: [{ picture: unknown, weight: 1, edit }], own: { steps: 7 } },
      () => null,
    )
    expect(table.draft).toMatchObject({ content: null, styles: [], own: { steps: 7 } })
  })

  it.each([['{"schema":1'], ['{"schema":2,"draft":{},"recent":[]}'], ['null']])(
    'that cannot be read is set aside, and the samples are on it: %s',
    async (text) => {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
      const table = new Table(path, tickets, empty, onProblem)
      const notices = await table.open({ content: aPicture('lake.jpg'), style: aPicture('waves.jpg') })
      const [aside] = readdirSync(dirname(path))
      expect(aside).toMatch(/^table\.json\.broken-/)
      expect(readFileSync(join(dirname(path), aside!), 'utf8')).toBe(text)
      expect(notices).toEqual([
        {
          level: 'warning',
          message: "The last session's photo, styles and settings could not be read.",
          hint: `It is now ${join(dirname(path), aside!)}.`,
        },
      ])
      expect(table.draft.content?.name).toBe('lake.jpg')
    },
  )

  it('is the newest of many changes in a row, and nothing else lies beside its file', async () => {
    const table = await open()
    for (let i = 0; i < 50; i++) lay(table, aPicture(`${i}.png`))
    await table.settled()
    expect((await open()).draft.content?.name).toBe('49.png')
    lay(table, aPicture('50.png'))
    await table.settled()
    expect((await open()).draft.content?.name).toBe('50.png')
    expect(readdirSync(dirname(path))).toEqual(['table.json'])
  })

  it('that cannot be written is told, and still there', async () => {
    writeFileSync(dirname(path), 'a file')
    const table = new Table(path, tickets, empty, onProblem)
    table.use(aPicture('a.png'))
    await table.settled()
    expect(onProblem.mock.calls[0]![0]).toMatchObject({
      code: 'output-not-writable',
      message: expect.stringMatching(/^Cannot save the current pictures and settings to /) as string,
    })
    expect(table.recent).toHaveLength(1)
  })
})

describe('recent pictures', () => {
  it('are each there once, newest first, and not too many', async () => {
    const table = await open()
    for (let i = 0; i < 30; i++) table.use(aPicture(`${i}.png`))
    table.use(aPicture('20.png'))
    const names = table.recent.map(({ name }) => name)
    expect(names.slice(0, 3)).toEqual(['20.png', '29.png', '28.png'])
    expect(names).toHaveLength(24)
    expect(new Set(names).size).toBe(24)
    await table.settled()
    expect((await open()).recent.map(({ name }) => name)).toEqual(names)
  })

  it('and those on the table are mentioned, so that their files stay', async () => {
    const table = await open()
    const [content, style, recent] = [aPicture('a.png'), aPicture('b.png'), aPicture('c.png')]
    lay(table, content, style)
    table.use(recent)
    expect(new Set(table.mentions())).toEqual(new Set([content, style, recent].map((known) => known.path)))
    expect(table.recentFiles()).toEqual([{ path: recent.path, name: 'c.png' }])
  })
})
