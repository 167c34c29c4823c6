import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineDocument } from './define-document.ts'
import { mergeChanges } from './merge-changes.ts'

const job = z.object({ id: z.string(), steps: z.number(), edit: z.strictObject({ turns: z.number() }) })
/** Version 2 counts steps, where version 1 counted thousands of them. */
const list = defineDocument({
  name: 'list',
  schema: z.object({ title: z.string().default(''), jobs: z.array(job) }),
  migrations: [(json) => ({ ...json, jobs: (json['jobs'] as { steps: number }[]).map(inSteps) })],
  collection: 'jobs',
})
const inSteps = <T extends { steps: number }>(one: T): T => ({ ...one, steps: 1000 * one.steps })
const book = defineDocument({
  name: 'book',
  schema: z.object({ pages: z.record(z.string(), z.object({ words: z.number() })) }),
  migrations: [],
  collection: 'pages',
})
const aJob = (id: string, more: object = {}): object => ({ id, steps: 3, edit: { turns: 1 }, ...more })

describe('a document', () => {
  it('is migrated from any older version, and written as the newest', () => {
    const read = list.read({ jobs: [aJob('a')] })
    expect(read.value.jobs).toEqual([aJob('a', { steps: 3000 })])
    expect(list.write(read.value, read)).toEqual({ schema: 2, jobs: [aJob('a', { steps: 3000 })] })
  })

  it('keeps fields that it does not know, at every depth, also of what is moved', () => {
    const a = aJob('a', { glow: 1, edit: { turns: 1, flip: true } })
    const b = aJob('b', { mood: { blue: 1 } })
    const read = list.read({ schema: 2, easel: 'left', jobs: [a, b] })
    expect(read.value.jobs).toEqual([aJob('a'), aJob('b')])
    const [first, second] = read.value.jobs
    const value = { title: 'x', jobs: [second!, { ...first!, steps: 4, edit: { turns: 2 } }] }
    expect(list.write(value, read)).toEqual({
      ...{ schema: 2, easel: 'left', title: 'x' },
      jobs: [b, aJob('a', { glow: 1, steps: 4, edit: { turns: 2, flip: true } })],
    })
  })

  it('loses what was removed, and gives nothing of one job to another', () => {
    const read = list.read({ schema: 2, jobs: [aJob('a', { glow: 1 })] })
    expect(list.write({ title: '', jobs: [{ ...read.value.jobs[0]!, id: 'b' }] }, read)).toMatchObject({
      jobs: [aJob('b')],
    })
    expect(list.write({ title: '', jobs: [] }, read)['jobs']).toEqual([])
  })

  it('of a newer edition is read as far as it is understood, and keeps its version and the rest', () => {
    const odd = aJob('b', { steps: 'many' })
    const read = list.read({ schema: 9, jobs: [aJob('a', { glow: 1 }), odd] })
    expect(read).toMatchObject({ isNewer: true, value: { jobs: [aJob('a')] }, odd: [{ json: odd }] })
    expect(list.write({ ...read.value, title: 'x' }, read)).toEqual({
      ...{ schema: 9, title: 'x' },
      jobs: [aJob('a', { glow: 1 }), odd],
    })
  })

  it('of a newer edition that is not understood is refused as such', () => {
    expect(() => list.read({ schema: 9, jobs: {} }, '"a.json"')).toThrow(
      expect.objectContaining({
        code: 'document-newer',
        message: '"a.json" is a list of a newer Pastiche.',
        hint: 'Update Pastiche to open it.',
      }),
    )
  })

  it.each<[string, unknown, string]>([
    ['a list', [], 'it must be an object, not a list of 0'],
    ['nothing', null, 'it must be an object, not null'],
    ['without its field', { schema: 2 }, 'jobs is missing'],
    ['with a wrong one', { schema: 2, jobs: [], title: 3 }, 'title must be text, not 3'],
    ['of an odd version', { schema: 0.5, jobs: [] }, 'schema must be a version number, not 0.5'],
    ['of a negative version', { schema: -1, jobs: [] }, 'schema must be a version number, not -1'],
    [
      'with a field that reaches for the prototype',
      JSON.parse('{"jobs":[],"__proto__":{}}'),
      'it has a field',
    ],
    [
      'nested too deep',
      { schema: 2, jobs: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown },
      'it is nested',
    ],
  ])('that is %s is refused with a sentence', (_what, json, reason) => {
    expect(() => list.read(json, '"a.json"')).toThrow(
      expect.objectContaining({
        code: 'document-damaged',
        message: expect.stringContaining(`"a.json" isn't a valid list file: ${reason}`) as string,
      }),
    )
  })

  it('refuses to write what it could not read', () => {
    expect(() => list.write({ title: '', jobs: [{ id: 'a' }] } as never)).toThrow(z.ZodError)
  })
})

describe('the entries of a document', () => {
  const proto: unknown = JSON.parse('{"id":"p","steps":1,"edit":{"turns":1},"__proto__":{"x":1}}')

  it.each([[null], [7], [aJob('b', { steps: '3' })], [[]], [proto]])('are not lost with %j', (odd) => {
    const { value, odd: found } = list.read({ schema: 2, jobs: [aJob('a'), odd, aJob('c')] })
    expect(value.jobs.map(({ id }) => id)).toEqual(['a', 'c'])
    expect(list.writeEntries(found)).toEqual({ schema: 2, jobs: [odd] })
  })

  it('are as well those of a record', () => {
    const pages: unknown = JSON.parse('{"a":{"words":1},"b":{"words":"x"},"__proto__":{"words":1}}')
    const { value, odd } = book.read({ pages })
    expect(value).toEqual({ pages: { a: { words: 1 } } })
    expect(odd.map(({ key }) => key).sort()).toEqual(['__proto__', 'b'])
    expect(JSON.stringify(book.writeEntries(odd))).toContain('"b":{"words":"x"}')
  })
})

describe('a merge', () => {
  it('keeps a value as it was written where it was not changed', () => {
    expect(mergeChanges({ theme: 'plaid' }, { theme: 'system' }, { theme: 'system' })).toEqual({
      theme: 'plaid',
    })
    expect(mergeChanges({ theme: 'plaid' }, { theme: 'system' }, { theme: 'dark' })).toEqual({
      theme: 'dark',
    })
  })

  it('forgets what was known of another picture', () => {
    const written = { photo: { path: '/a', exif: 1 } }
    expect(mergeChanges(written, { photo: { path: '/a' } }, { photo: { path: '/b' } })).toEqual({
      photo: { path: '/b' },
    })
  })
})
