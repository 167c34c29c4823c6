import { link, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertNotSameFile, outputError, prepareOutput, writeOutput } from './output.ts'
import { failure, makeTestFolder } from './test-pictures.ts'
import type { TestFolder } from './test-pictures.ts'

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
      message: `Expected an output other than the inputs, ${output} is one of them.`,
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

  it('lets pass a second name of the same file: replacing it leaves the input alone', async () => {
    const input = await folder.write('photo.jpg', 'before')
    await link(input, folder.path('hard-link.jpg'))
    await assertNotSameFile(folder.path('hard-link.jpg'), [input])
    await writeOutput(folder.path('hard-link.jpg'), Buffer.from('after'))
    expect(await readFile(input, 'utf8')).toBe('before')
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
      message: 'Expected a file name for the output, /dev/null is a device.',
    })
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
  })

  it('refuses a name that is too long', async () => {
    const path = folder.path(`${'x'.repeat(300)}.png`)
    expect(await failure(prepareOutput(path))).toEqual({
      code: 'output-not-writable',
      message: `Expected to be able to write ${path}, but the name is too long.`,
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
      message: `Expected to be able to write ${path}, but it is a folder.`,
    })
    expect(await readdir(folder.path('failing'))).toEqual(['picture.png'])
    expect(await readdir(path)).toEqual([])
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
      'Expected room for /photos/a.png, the drive is full.',
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
    expect(error.message).toBe(`Expected to be able to write /photos/a.png, but ${words}.`)
  })
})
