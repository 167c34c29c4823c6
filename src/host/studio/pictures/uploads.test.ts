import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { isWhole } from '../../../../tests/studio/support/is-whole.ts'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { uploadPurposes } from '../../../shared/contract/media.ts'
import type { NamedFile } from '../gallery/source-copies.ts'
import { Uploads } from './uploads.ts'

const temporary = temporaryFolder()
let count = 0
let folder: string
let uploads: Uploads

beforeEach(() => {
  folder = join(temporary.path, `library ${++count}`, 'uploads')
  uploads = new Uploads(folder)
})

async function* bytes(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve()
    yield Buffer.from(chunk)
  }
}

const take = (name: string, ...chunks: string[]): Promise<NamedFile> =>
  uploads.take({ purpose: 'picture', name, body: bytes(...chunks) })

describe('an upload', () => {
  it('is kept as it came, under the hash of its bytes', async () => {
    const { path, name } = await take('lake.JPG', 'one ', 'two')
    expect(name).toBe('lake.JPG')
    expect(readFileSync(path, 'utf8')).toBe('one two')
    expect(basename(path)).toMatch(/^[0-9a-f]{64}\.jpg$/)
    expect(readdirSync(folder)).toHaveLength(1)
  })

  it('of the same bytes is the same file, whatever its name and its chunks', async () => {
    const files = await Promise.all([
      take('a.png', 'abc'),
      take('b.png', 'a', 'bc'),
      take('c.png', 'ab', 'c'),
    ])
    expect(new Set(files.map(({ path }) => path)).size).toBe(1)
    expect((await take('d.png', 'abd')).path).not.toBe(files[0].path)
  })

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\pictures\\lake.jpg', 'lake.jpg'],
    ['a\u0000b\n.jpg', 'ab.jpg'],
    ['\u202Egpj.exe', 'gpj.exe'],
    ['🌊 湖.png', '🌊 湖.png'],
    ['', 'file'],
    ['a/', 'file'],
    ['..', '..'],
  ])('called %j is shown as %j, and lies in the folder of uploads', async (given, shown) => {
    const { path, name } = await take(given, 'abc')
    expect(name).toBe(shown)
    expect(dirname(path)).toBe(folder)
    expect(basename(path)).toMatch(/^[0-9a-f]{64}(\.[a-z0-9]+)?$/)
  })

  it('with a very long name is shown under its beginning', async () => {
    const { name } = await take(`${'🌊'.repeat(5000)}.jpg`, 'abc')
    expect(name.length).toBeLessThanOrEqual(255)
    expect(isWhole(name)).toBe(true)
  })

  it('that is empty is refused, by a name without control characters', async () => {
    await expect(take('a\u0007b.jpg')).rejects.toMatchObject({
      code: 'upload-refused',
      message: '"ab.jpg" is empty.',
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('past its limit is refused while it comes, and nothing of it stays', async () => {
    let sent = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        await Promise.resolve()
        sent += 1 << 16
        yield new Uint8Array(1 << 16)
      }
    }
    const request = { purpose: 'preset', name: 'a.pastiche', body: endless() } as const
    await expect(uploads.take(request)).rejects.toMatchObject({
      code: 'upload-refused',
      message: 'This file is too large (limit 1 MiB).',
    })
    expect(sent).toBeLessThan(uploadPurposes.preset * 2)
    expect(readdirSync(folder)).toEqual([])
  })

  it('of just its limit is taken', async () => {
    const body = bytes(new Uint8Array(uploadPurposes.preset))
    await expect(uploads.take({ purpose: 'preset', name: 'a', body })).resolves.toBeDefined()
  })

  it('that breaks off leaves nothing behind', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      await Promise.resolve()
      yield Buffer.from('abc')
      throw new Error('The page is gone')
    }
    const request = { purpose: 'picture', name: 'lake.jpg', body: broken() } as const
    await expect(uploads.take(request)).rejects.toThrow('Cannot keep the file "lake.jpg": The page is gone.')
    expect(readdirSync(folder)).toEqual([])
  })

  it('that cannot be written is told by its name', async () => {
    mkdirSync(dirname(folder), { recursive: true })
    writeFileSync(folder, 'a file')
    await expect(take('lake.jpg', 'abc')).rejects.toMatchObject({
      code: 'output-not-writable',
      message: expect.stringMatching(/^Cannot keep the file "lake\.jpg": /) as string,
    })
  })
})

describe('an upload that is not needed any more', () => {
  it('is taken away, and can come again', async () => {
    const { path } = await take('a', 'a')
    await uploads.drop(path)
    expect(existsSync(path)).toBe(false)
    expect(await take('a', 'a')).toMatchObject({ path })
    expect(existsSync(path)).toBe(true)
  })

  it('is all that is taken away: what lies elsewhere belongs to somebody', async () => {
    const theirs = temporary.file('weights.pth', 'theirs')
    await uploads.drop(theirs)
    await uploads.drop(join(folder, 'never-came'))
    expect(existsSync(theirs)).toBe(true)
  })
})

describe('cleaning up', () => {
  const old = new Date(Date.now() - 8 * 24 * 3_600_000)
  const makeOld = (path: string): void => utimesSync(path, old, old)

  it('removes what nothing has mentioned for a week, and what never arrived', async () => {
    const [kept, young, gone] = [await take('a', 'a'), await take('b', 'b'), await take('c', 'c')]
    for (const { path } of [kept, gone]) makeOld(path)
    const half = join(folder, 'incoming-0')
    writeFileSync(half, 'ha')
    await uploads.clean([kept.path])
    expect([kept.path, young.path, gone.path, half].map(existsSync)).toEqual([true, true, false, false])
  })

  it('counts the week from the last time that a file was mentioned', async () => {
    const { path } = await take('a', 'a')
    makeOld(path)
    await uploads.clean([path])
    await uploads.clean([])
    expect(existsSync(path)).toBe(true)
  })

  it('never takes away what comes meanwhile', async () => {
    for (let i = 0; i < 10; i++) {
      const before = await take('a', `again ${i}`)
      makeOld(before.path)
      const cleaning = uploads.clean([])
      const [again, fresh] = await Promise.all([take('a', `again ${i}`), take('b', `new ${i}`)])
      await cleaning
      expect([again.path, fresh.path].map(existsSync)).toEqual([true, true])
    }
  })

  it('of a folder that is not there does nothing', async () => {
    await expect(uploads.clean([])).resolves.toBeUndefined()
  })
})
