import { chmod, link, lstat, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { basename, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  assertNotSameFile,
  checkFolderOf,
  checkReplaceable,
  checkRoom,
  outputError,
  prepareOutput,
  writeNew,
  writeOutput,
} from './output.ts'
import { failure, makeTestFolder } from '../../../tests/support/test-pictures.ts'
import type { TestFolder } from '../../../tests/support/test-pictures.ts'

const isWindows = process.platform === 'win32'

let folder: TestFolder
beforeAll(async () => {
  folder = await makeTestFolder()
})
afterAll(() => folder.remove())

describe('assertNotSameFile', () => {
  const isInput = async (output: string, inputs: string[]): Promise<void> => {
    expect(await failure(assertNotSameFile(output, inputs))).toEqual({
      code: 'output-is-input',
      message: `${output} is one of the files the picture is made from, and would be replaced.`,
    })
  }

  it('refuses an input, the second one too', async () => {
    const inputs = [await folder.write('photo.jpg', 'x'), await folder.write('style.jpg', 'y')]
    for (const input of inputs) await isInput(input, inputs)
  })

  it('refuses an input in another spelling', async () => {
    const input = await folder.write('photo.jpg', 'x')
    await isInput(relative(process.cwd(), input), [input])
    await isInput(folder.path('nowhere/../photo.jpg').replace('nowhere', '.'), [input])
  })

  it.skipIf(isWindows)('refuses an input behind a link, of file or folder', async () => {
    const input = await folder.write('photo.jpg', 'x')
    await symlink(input, folder.path('link.jpg'))
    await symlink(folder.path('.'), folder.path('folder-link'))
    await isInput(folder.path('link.jpg'), [input])
    await isInput(input, [folder.path('link.jpg')])
    await isInput(folder.path('folder-link/photo.jpg'), [input])
  })

  it('lets pass what does not exist yet, and other files', async () => {
    const input = await folder.write('photo.jpg', 'x')
    await assertNotSameFile(folder.path('painted.jpg'), [input])
    await assertNotSameFile(await folder.write('old.jpg', 'x'), [input, folder.path('missing.jpg')])
  })

  it('refuses a second name of the same file', async () => {
    const input = await folder.write('photo.jpg', 'x')
    await link(input, folder.path('hard-link.jpg'))
    await isInput(folder.path('hard-link.jpg'), [input])
  })
})

describe('prepareOutput', () => {
  it('makes the folders of an output, and no file', async () => {
    await prepareOutput(folder.path('deep/er/picture.png'))
    expect(await readdir(folder.path('deep/er'))).toEqual([])
  })

  it.skipIf(isWindows)('refuses a device instead of replacing it', async () => {
    expect(await failure(prepareOutput('/dev/null'))).toEqual({
      code: 'output-not-writable',
      message: '/dev/null is a device, so no picture can have its name.',
    })
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
  })

  it('refuses a name that is too long', async () => {
    const path = folder.path(`${'x'.repeat(300)}.png`)
    expect(await failure(prepareOutput(path))).toEqual({
      code: 'output-not-writable',
      message: `${path} cannot be written: the name or the whole path is too long.`,
    })
  })
})

describe('writeOutput', () => {
  it('leaves nothing half-written when it fails', async () => {
    // The target turned into a folder meanwhile: the last step, the renaming, fails.
    const path = folder.path('failing/picture.png')
    await mkdir(path, { recursive: true })
    expect(await failure(writeOutput(path, Buffer.from('bytes')))).toEqual({
      code: 'output-not-writable',
      message: `${path} cannot be written: it is a folder.`,
    })
    expect(await readdir(folder.path('failing'))).toEqual(['picture.png'])
    expect(await readdir(path)).toEqual([])
  })
})

describe('writeOutput over a file', () => {
  it.skipIf(isWindows)('keeps its mode, and a link to it', async () => {
    const target = await folder.write('private.png', 'before')
    await chmod(target, 0o640)
    await symlink('private.png', folder.path('to-private.png'))
    await writeOutput(folder.path('to-private.png'), Buffer.from('after'))
    expect(await readFile(target, 'utf8')).toBe('after')
    expect((await stat(target)).mode & 0o777).toBe(0o640)
    expect((await lstat(folder.path('to-private.png'))).isSymbolicLink()).toBe(true)
  })

  it('takes a name as long as the drive allows', async () => {
    const path = folder.path(`${'x'.repeat(251)}.png`)
    await writeOutput(path, Buffer.from('long'))
    expect(await readFile(path, 'utf8')).toBe('long')
  })
})

describe('writeNew', () => {
  const inNew = async (name: string): Promise<string> => {
    await mkdir(folder.path('new'), { recursive: true })
    return folder.path(`new/${name}`)
  }
  const written = async (path: string, text: string, mark?: string): Promise<string> =>
    basename(await writeNew(path, Buffer.from(text), mark))

  it('numbers names that are taken, by files, folders or links that lead nowhere', async () => {
    const path = await inNew('a.png')
    expect(await written(path, '1')).toBe('a.png')
    expect(await written(path, '2')).toBe('a-2.png')
    await mkdir(await inNew('a-3.png'))
    if (!isWindows) await symlink('nowhere', await inNew('a-4.png'))
    expect(await written(path, '5')).toBe(isWindows ? 'a-4.png' : 'a-5.png')
    expect(await readFile(path, 'utf8')).toBe('1')
  })

  it('takes names for the same that differ in case or in their way of writing é', async () => {
    await written(await inNew('Caf\u00e9.PNG'), '1')
    expect(await written(await inNew('cafe\u0301.png'), '2')).toBe('cafe\u0301-2.png')
    expect(await written(await inNew('STRASSE.png'), '3')).toBe('STRASSE.png')
    expect(await written(await inNew('stra\u00dfe.png'), '4')).toBe('stra\u00dfe-2.png')
  })

  it('gives each of many at once a name of its own', async () => {
    const path = await inNew('rush.png')
    const names = await Promise.all(Array.from({ length: 12 }, (_, i) => written(path, `${i}`)))
    expect(new Set(names).size).toBe(12)
    const texts = await Promise.all(names.map(async (name) => readFile(await inNew(name), 'utf8')))
    expect(texts).toEqual(Array.from({ length: 12 }, (_, i) => `${i}`))
  })

  it('marks and shortens a name where the number needs the room', async () => {
    const path = await inNew(`${'\u00fc'.repeat(120)}.png`)
    expect(await written(path, '1', '-unfinished')).toBe(`${'\u00fc'.repeat(120)}-unfinished.png`)
    const second = await written(path, '2', '-unfinished')
    expect(second).toMatch(/^\u00fc+-unfinished-2\.png$/)
    expect(Buffer.byteLength(second)).toBeLessThanOrEqual(255)
  })

  it('leaves nothing but the file', async () => {
    const lone = folder.path('lone/a.png')
    await mkdir(folder.path('lone'))
    await writeNew(lone, Buffer.from('x'))
    expect(await readdir(folder.path('lone'))).toEqual(['a.png'])
  })
})

describe('checkFolderOf', () => {
  it('tries the nearest folder, and leaves no trace', async () => {
    await mkdir(folder.path('tried'))
    await checkFolderOf(folder.path('tried/not/there/a.png'))
    expect(await readdir(folder.path('tried'))).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')('refuses a folder that takes no files', async () => {
    expect(await failure(checkFolderOf('/proc/a.png'))).toMatchObject({ code: 'output-not-writable' })
  })
})

describe('checkReplaceable', () => {
  it.skipIf(isWindows)('refuses a link that leads nowhere', async () => {
    await symlink('nowhere.png', folder.path('dangling.png'))
    expect(await failure(checkReplaceable(folder.path('dangling.png')))).toMatchObject({
      message: `${folder.path('dangling.png')} is a link to a file that does not exist.`,
    })
  })
})

describe('checkRoom', () => {
  it('refuses more than the drive has', async () => {
    await checkRoom(folder.path('a.png'), 1)
    expect((await failure(checkRoom(folder.path('not/there/a.png'), 1e18))).code).toBe('disk-full')
  })
})

describe('outputError', () => {
  const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    )

  it.skipIf(process.platform !== 'linux')('says that the drive is full', async () => {
    const error = outputError('/photos/a.png', await errorOf(writeFile('/dev/full', 'x')))
    expect([error.code, error.message]).toEqual([
      'disk-full',
      'There is no room for /photos/a.png: the drive is full.',
    ])
  })

  it.each([
    ['EACCES', 'access is denied'],
    ['EROFS', 'the drive is read-only'],
    ['EBUSY', 'another program holds it'],
    ['EIO', 'EIO'],
  ])('says in words what %s means', (errno, words) => {
    const error = outputError('/photos/a.png', Object.assign(new Error(errno), { code: errno }))
    expect(error.code).toBe('output-not-writable')
    expect(error.message).toBe(`/photos/a.png cannot be written: ${words}.`)
  })
})
