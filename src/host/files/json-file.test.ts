import { execFile } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { defineDocument } from '../../shared/documents/define-document.ts'
import { JsonFile } from './json-file.ts'

const list = defineDocument({
  name: 'list',
  schema: z.object({ jobs: z.array(z.object({ id: z.string(), steps: z.number() })) }),
  migrations: [],
  collection: 'jobs',
})
type List = ReturnType<typeof list.read>['value']
const one = { id: 'a', steps: 1 }
const two = { id: 'b', steps: 2 }

const temporary = temporaryFolder()
let count = 0
function put(content?: string | Buffer): string {
  const folder = join(temporary.path, `folder ${++count}`)
  mkdirSync(folder)
  const path = join(folder, 'list.json')
  if (content !== undefined) writeFileSync(path, content)
  return path
}
const at = (path: string): JsonFile<List> => new JsonFile(path, list)
const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
const beside = (path: string): string[] =>
  readdirSync(join(path, '..')).filter((name) => name !== 'list.json')
const isRoot = process.getuid?.() === 0

describe('a saved file', () => {
  it('is nothing where there is none', async () => {
    expect(await at(put()).read()).toBeNull()
    expect(await at(put()).open()).toEqual({ value: null, problems: [], lost: null })
  })

  it('is read by those who come next, with all that it held besides', async () => {
    const path = put(JSON.stringify({ schema: 1, easel: 'left', jobs: [{ ...one, glow: 1 }, two] }))
    await at(path).update(({ value }) => ({ jobs: value!.jobs.map((job) => ({ ...job, steps: 9 })) }))
    expect(json(path)).toEqual({
      ...{ schema: 1, easel: 'left' },
      jobs: [
        { ...one, steps: 9, glow: 1 },
        { ...two, steps: 9 },
      ],
    })
  })

  it.skipIf(process.platform === 'win32')('is for this user alone', async () => {
    const path = put()
    await at(path).update(() => ({ jobs: [] }))
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['UTF-8', Buffer.from('\ufeff{"jobs":[]}')],
    ['UTF-16, as PowerShell writes it', Buffer.from('\ufeff{"jobs":[]}', 'utf16le')],
    ['UTF-16, high bytes first', Buffer.from('\ufeff{"jobs":[]}', 'utf16le').swap16()],
  ])('may begin with a byte order mark: %s', async (_, bytes) => {
    expect(await at(put(bytes)).open()).toEqual({ value: { jobs: [] }, problems: [], lost: null })
  })

  it.each([
    ['cut off', '{"schema":1,"jobs":[', 'it is not, or not all, JSON'],
    ['empty', '', 'it is empty'],
    ['a list', '[]', 'it must be an object, not a list of 0'],
    ['for the prototype', '{"jobs":[],"__proto__":{}}', 'it has a field named "__proto__"'],
  ])('that is %s is set aside as it was, and told once', async (_, text, reason) => {
    const path = put(text)
    const { value, problems, lost } = await at(path).open()
    const [aside] = beside(path)
    expect([value, lost]).toEqual([null, text])
    expect(readFileSync(join(path, '..', aside!), 'utf8')).toBe(text)
    expect(problems).toEqual([
      `"list.json" isn't a valid list file: ${reason}. It is now ${join(path, '..', aside!)}.`,
    ])
    expect((await at(path).open()).problems).toEqual([])
  })

  it('of 100 MB is never read, and set aside', async () => {
    const path = put('{}')
    truncateSync(path, 100e6)
    const { problems, lost } = await at(path).open()
    expect(problems[0]).toContain('it is too large (100 MB; limit 68 MB). It is now')
    expect(lost).toBeNull()
  })

  it('in whose place there is a folder gives way to one', async () => {
    const path = put()
    mkdirSync(path)
    const file = at(path)
    expect((await file.open()).problems[0]).toMatch(/ is a folder, not a file\. It is now /)
    await file.update(() => ({ jobs: [one] }))
    expect(json(path)).toEqual({ schema: 1, jobs: [one] })
  })

  it('keeps its good entries; an odd one is put beside it', async () => {
    const odd = { id: 'x', steps: 'many' }
    const path = put(JSON.stringify({ schema: 1, easel: 'left', jobs: [one, odd, two] }))
    const { value, problems } = await at(path).open()
    const [aside] = beside(path)
    expect(value).toEqual({ jobs: [one, two] })
    expect(json(join(path, '..', aside!))).toEqual({ schema: 1, jobs: [odd] })
    expect(json(path)).toEqual({ schema: 1, easel: 'left', jobs: [one, two] })
    expect(problems).toEqual([
      `One entry of the list could not be read. You find what was there in ${join(path, '..', aside!)}.`,
    ])
    expect((await at(path).open()).problems).toEqual([])
  })

  it.skipIf(process.platform === 'win32' || isRoot)(
    'of a folder that may not be written to is read, loses nothing, and says what it cannot do',
    async () => {
      const text = JSON.stringify({ schema: 1, jobs: [one, 7] })
      const path = put(text)
      chmodSync(join(path, '..'), 0o500)
      const { value, problems } = await at(path).open()
      const written = at(path).update(() => ({ jobs: [two] }))
      await expect(written).rejects.toMatchObject({
        code: 'output-not-writable',
        message: expect.stringContaining(`Cannot save the list to ${path}: `) as string,
      })
      chmodSync(join(path, '..'), 0o700)
      expect(value).toEqual({ jobs: [one] })
      expect(problems).toEqual([`One entry of the list could not be read. It is still in ${path}.`])
      expect(readFileSync(path, 'utf8')).toBe(text)
    },
  )
})

describe('entries that cannot be put beside', () => {
  it('stay where they are, whatever else is written later', async () => {
    const path = put(JSON.stringify({ schema: 1, jobs: [7, one] }))
    let isOurs = false
    const assertOurs = (): Promise<void> => (isOurs ? Promise.resolve() : Promise.reject(new Error('gone')))
    const file = new JsonFile(path, list, { assertOurs })
    const { value, problems } = await file.open()
    expect(value).toEqual({ jobs: [one] })
    expect(problems).toEqual([`One entry of the list could not be read. It is still in ${path}.`])
    isOurs = true
    file.save({ jobs: [two] })
    await file.settled()
    expect(json(path)).toEqual({ schema: 1, jobs: [two, 7] })
  })
})

describe('a file of a newer edition', () => {
  it('is read as far as it can be, and keeps the rest', async () => {
    const odd = { id: 'x', layers: [] }
    const path = put(JSON.stringify({ schema: 9, jobs: [odd, { ...one, glow: 1 }] }))
    const { value, problems } = await at(path).open()
    expect(value).toEqual({ jobs: [one] })
    expect(problems.join()).toMatch(/^One entry .* can only be read by a newer Pastiche\. Update /)
    await at(path).update(() => ({ jobs: [one, two] }))
    expect(json(path)).toEqual({ schema: 9, jobs: [{ ...one, glow: 1 }, two, odd] })
    expect(beside(path)).toEqual([])
  })

  it('that cannot be understood is left alone, and gets out of the way of the first write', async () => {
    const text = '{"schema":9,"jobs":"none"}'
    const path = put(text)
    const file = at(path)
    expect((await file.open()).problems).toEqual([
      '"list.json" is a list of a newer Pastiche. Update Pastiche to open it.',
    ])
    expect(readFileSync(path, 'utf8')).toBe(text)
    file.save({ jobs: [one] })
    await file.settled()
    expect(json(path)).toEqual({ schema: 1, jobs: [one] })
    const [aside] = beside(path)
    expect(aside).toMatch(/^list\.json\.newer-/)
    expect(readFileSync(join(path, '..', aside!), 'utf8')).toBe(text)
  })
})

describe('writes', () => {
  it('of one process come one after the other, whichever object they come by', async () => {
    const path = put()
    const add = (id: number) =>
      at(path).update(({ value }) => ({ jobs: [...(value?.jobs ?? []), { id: `${id}`, steps: 1 }] }))
    await Promise.all(Array.from({ length: 20 }, (_, id) => add(id)))
    expect((await at(path).open()).value?.jobs).toHaveLength(20)
  })

  it('in a row are one, of the newest value', async () => {
    const path = put()
    const assertOurs = vi.fn(() => Promise.resolve())
    const file = new JsonFile(path, list, { assertOurs })
    for (let steps = 0; steps < 50; steps++) file.save({ jobs: [{ id: 'a', steps }] })
    await file.settled()
    expect(json(path)).toEqual({ schema: 1, jobs: [{ id: 'a', steps: 49 }] })
    expect(assertOurs).toHaveBeenCalledTimes(1)
    expect(beside(path)).toEqual([])
  })

  it('where nothing may be written are told, and change nothing', async () => {
    const path = put('{"schema":1,"jobs":[]}')
    const onProblem = vi.fn<(problem: Error) => void>()
    const assertOurs = (): Promise<void> => Promise.reject(new Error('gone'))
    const file = new JsonFile(path, list, { assertOurs, onProblem })
    file.save({ jobs: [one] })
    await file.settled()
    expect(onProblem).toHaveBeenCalledTimes(1)
    expect(json(path)).toEqual({ schema: 1, jobs: [] })
  })

  it('of two processes leave a whole file, whoever is the last', async () => {
    const path = put()
    const settings = fileURLToPath(new URL('../settings.ts', import.meta.url))
    const script = `import { changeSettings } from ${JSON.stringify(settings)}
      for (let threads = 1; threads <= 20; threads++) await changeSettings(process.argv[1], { threads })`
    const other = () =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, path])
    await Promise.all([other(), other()])
    expect(json(path)).toMatchObject({ schema: 1, threads: 20 })
    expect(beside(path)).toEqual([])
  })
})
