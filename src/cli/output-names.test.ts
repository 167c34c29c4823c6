import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { nextFree, planResults, type NamingOptions } from './output-names.ts'
import { readTarget, type TargetOptions } from './result-target.ts'

const temporary = temporaryFolder()
const inTemporary = (name: string): string => join(temporary.path, name)

async function plan(
  files: readonly string[],
  target: TargetOptions,
  options: Partial<NamingOptions> = {},
): ReturnType<typeof planResults> {
  const isBatch = files.length > 1
  const naming = { isBatch, inputs: files, nameless: new Map<string, string>(), scratch: null, ...options }
  return planResults(files, await readTarget(target), naming)
}

const pathsOf = async (...given: Parameters<typeof plan>): Promise<string[]> =>
  [...(await plan(...given)).values()].map(({ path }) => path)

describe('the result of a photo', () => {
  it('is meant to lie beside it, numbered where that name is taken', async () => {
    expect([...(await plan(['in/a.jpg'], {})).values()]).toMatchObject([
      { path: resolve('in/a-pastiche.png'), placing: 'new' },
    ])
  })

  it('has the ending of --format', async () => {
    for (const [format, ending] of Object.entries({
      png: 'png',
      jpeg: 'jpg',
      webp: 'webp',
      tiff: 'tif',
      JPG: 'jpg',
    }))
      expect(await pathsOf(['a.gif'], { format })).toEqual([resolve(`a-pastiche.${ending}`)])
  })

  it('has a name that fits, whatever the photo is called', async () => {
    for (const letter of ['a', 'ü', '湖', '👨‍👩‍👧']) {
      const [path] = await pathsOf([`${letter.repeat(239)}.jpg`], {})
      const name = basename(path!)
      expect(Buffer.byteLength(name)).toBeLessThan(245)
      expect(name.replace(new RegExp(`^(${letter})+`, 'u'), '')).toBe('-pastiche.png')
    }
  })

  it('is refused over a file that exists, unless it is to be replaced', async () => {
    const output = temporary.file('taken.png', 'of the user')
    await expect(plan(['a.jpg'], { output })).rejects.toMatchObject({ code: 'output-exists' })
    const alike = inTemporary('TAKEN.png')
    await expect(plan(['a.jpg'], { output: alike })).rejects.toMatchObject({ code: 'output-exists' })
    const planned = await plan(['a.jpg'], { output, overwrite: true })
    expect([...planned.values()]).toMatchObject([{ path: output, placing: 'overwrite' }])
  })

  it.skipIf(process.platform === 'win32')('is refused over an input, under any of its names', async () => {
    const photo = temporary.file('photo.png', 'photo')
    linkSync(photo, inTemporary('hard.png'))
    symlinkSync('photo.png', inTemporary('soft.png'))
    for (const name of ['photo.png', 'hard.png', 'soft.png'])
      for (const overwrite of [false, true])
        await expect(plan([photo], { output: inTemporary(name), overwrite })).rejects.toMatchObject({
          code: 'output-is-input',
        })
  })

  it('is refused as one file for several photos', async () => {
    await expect(plan(['a.jpg', 'b.jpg'], { output: 'result.png' })).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })

  it('is refused under a name of no format', async () => {
    for (const output of ['result.bmp', 'result', 'result.'])
      await expect(plan(['a.jpg'], { output })).rejects.toMatchObject({ code: 'output-format' })
  })
})

describe('results of one command', () => {
  const alike = ['in/a.jpg', 'in/a.png', 'other/A.jpg', 'in/e\u0301.jpg', 'in/\u00e9.jpg']

  it('that replace others never replace each other', async () => {
    const names = (await pathsOf(alike, { output: 'painted/', overwrite: true })).map((path) =>
      basename(path),
    )
    expect(names).toEqual([
      ...['a-pastiche.png', 'a-pastiche-2.png', 'A-pastiche-3.png'],
      ...['e\u0301-pastiche.png', '\u00e9-pastiche-2.png'],
    ])
  })

  it('never replace a photo that is still to be painted', async () => {
    mkdirSync(inTemporary('again'))
    const photos = ['a.jpg', 'a-pastiche.png'].map((name) => inTemporary(join('again', name)))
    for (const photo of photos) writeFileSync(photo, basename(photo))
    expect((await pathsOf(photos, { overwrite: true })).map((path) => basename(path))).toEqual([
      ...['a-pastiche-2.png', 'a-pastiche-pastiche.png'],
    ])
  })

  it('have folders of previews of their own', async () => {
    const planned = await plan(alike, { output: 'painted/' })
    expect(
      new Set([...planned.values()].map(({ previews }) => previews.normalize().toLowerCase())).size,
    ).toBe(5)
  })
})

describe('the next free name', () => {
  it('passes over names that differ in case or normal form only', async () => {
    mkdirSync(inTemporary('free'))
    writeFileSync(inTemporary('free/E\u0301-PASTICHE.png'), '')
    const path = inTemporary('free/\u00e9-pastiche.png')
    expect(basename(await nextFree(path, new Set()))).toBe('\u00e9-pastiche-2.png')
    expect(basename(await nextFree(path, new Set([inTemporary('free/\u00e9-pastiche-2.png')])))).toBe(
      '\u00e9-pastiche-3.png',
    )
  })
})

describe('options that contradict each other', () => {
  it.each<[TargetOptions, RegExp]>([
    [{ output: 'x.png', format: 'jpeg' }, /is a name for PNG, but --format asks for JPEG/],
    [{ format: 'gif' }, /--format gif is not known/],
    [{ quality: '80' }, /--quality is for JPEG and WebP only/],
    [{ output: 'x.tiff', quality: '80' }, /TIFF/],
    [{ output: 'painted/', quality: '80' }, /PNG/],
    [{ format: 'png', quality: '80' }, /PNG/],
    [{ output: '-', json: true }, /--json and --output -/],
    [{ output: '-', overwrite: true }, /--overwrite/],
    [{ output: '' }, /--output needs/],
  ])('%j are refused', async (options, message) => {
    await expect(readTarget(options)).rejects.toMatchObject({ code: 'invalid-request', message })
  })

  it('are refused where a format has no 16 bits', async () => {
    for (const target of [{ format: 'jpeg' }, { output: 'x.webp' }])
      await expect(readTarget({ ...target, bitDepth: '16' })).rejects.toMatchObject({ code: 'output-format' })
  })

  it.each<TargetOptions>([
    { output: 'x.jpg', format: 'jpeg', quality: '80' },
    { output: 'x.webp', quality: '80' },
    { format: 'jpeg', quality: '80' },
    { output: 'painted/', format: 'webp', quality: '80' },
  ])('%j pass', async (options) => {
    await expect(readTarget(options)).resolves.toBeDefined()
  })
})
