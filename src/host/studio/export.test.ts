import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { isWhole } from '../../../tests/studio/support/is-whole.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { saveOptions } from '../../shared/contract/recipe.ts'
import { PasticheError } from '../../shared/errors.ts'
import type { Gallery } from './gallery/gallery.ts'
import { deskOf, Exporter, safeName } from './export.ts'
import type { StudioShell } from './shell.ts'
import { Tickets } from './tickets.ts'

const temporary = temporaryFolder()
let count = 0

const browser: StudioShell = { facts: { kind: 'browser', platform: 'linux', hasDialogs: false } }
/** A desktop whose user picks this file; null closes the dialog. */
function desktop(pick: (suggested: string) => string | null): StudioShell {
  return {
    facts: { kind: 'desktop', platform: 'linux', hasDialogs: true },
    desk: {
      pick: () => Promise.resolve([]),
      pickTarget: (suggested) => Promise.resolve(pick(suggested)),
      reveal: () => Promise.resolve(),
      copyPicture: () => Promise.resolve(),
    },
  }
}

interface Bench {
  readonly exporter: Exporter
  readonly tickets: Tickets
  readonly folder: string
  readonly user: string
  readonly save: ReturnType<typeof vi.fn<(id: string, options: unknown, path: string) => Promise<void>>>
  readonly result: (shell: StudioShell, format?: 'png' | 'jpeg' | 'tiff') => ReturnType<Exporter['result']>
}

function bench(name = 'Lake × waves'): Bench {
  const folder = join(temporary.path, `${++count}`, 'exports')
  const user = join(temporary.path, `user ${count}`)
  const tickets = new Tickets()
  const exporter = new Exporter(folder, tickets)
  const save = vi.fn((_id: string, _options: unknown, path: string) => {
    writeFileSync(path, 'picture')
    return Promise.resolve()
  })
  const gallery = { entry: () => ({ name }), save } as unknown as Gallery
  const result: Bench['result'] = (shell, format = 'png') =>
    exporter.result(gallery, 'id', saveOptions.parse({ format }), shell)
  return { exporter, tickets, folder, user, save, result }
}

describe('a result, in a browser', () => {
  it('is a download under its name, behind an open ticket', async () => {
    const { result, tickets } = bench()
    const exported = await result(browser, 'jpeg')
    expect(exported).toMatchObject({ kind: 'download', name: 'Lake × waves.jpg' })
    if (exported.kind !== 'download') return
    const file = tickets.file(exported.ticket)
    expect(file).toMatchObject({ name: 'Lake × waves.jpg', isOpen: true })
    expect(readFileSync(file.path, 'utf8')).toBe('picture')
  })

  it('is another file each time', async () => {
    const { result } = bench()
    const both = await Promise.all([result(browser), result(browser)])
    expect(new Set(both.map((exported) => exported.kind === 'download' && exported.ticket)).size).toBe(2)
  })

  it('that cannot be written leaves nothing behind, and is told by its name', async () => {
    const { result, save, folder } = bench()
    save.mockImplementation((_id, _options, path) =>
      Promise.reject(new PasticheError('disk-full', `Expected room for ${path}, the drive is full.`)),
    )
    await expect(result(browser)).rejects.toMatchObject({
      code: 'disk-full',
      message: 'Expected room for "Lake × waves.png", the drive is full.',
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('of the last time is removed', async () => {
    const { result, exporter, folder } = bench()
    await result(browser)
    await exporter.clean()
    expect(existsSync(folder)).toBe(false)
  })
})

describe('a result, on the desktop', () => {
  it('is saved where the user says', async () => {
    const { result, save } = bench()
    const path = temporary.file('mine.png')
    const suggested: string[] = []
    const shell = desktop((name) => {
      suggested.push(name)
      return path
    })
    expect(await result(shell)).toEqual({ kind: 'saved', name: 'mine.png' })
    expect(suggested).toEqual(['Lake × waves.png'])
    expect(save.mock.calls[0]![2]).toBe(path)
  })

  it('is not saved where the dialog was closed', async () => {
    const { result, save } = bench()
    expect(await result(desktop(() => null))).toEqual({ kind: 'cancelled' })
    expect(save).not.toHaveBeenCalled()
  })

  it.each([
    ['plain', 'plain.tif'],
    ['v1.05 final', 'v1.05 final.tif'],
    ['photo.gif', 'photo.gif.tif'],
    ['other.JPG', 'other.JPG'],
    ['other.tiff', 'other.tiff'],
  ])('under the name %s becomes %s, and is called so', async (written, name) => {
    const { result, save } = bench()
    const exported = await result(
      desktop(() => temporary.file(written)),
      'tiff',
    )
    expect(exported).toEqual({ kind: 'saved', name })
    expect(basename(save.mock.calls[0]![2])).toBe(name)
  })

  it('never overwrites a file that the dialog did not ask about', async () => {
    const { result } = bench()
    const before = temporary.file('taken.png', 'of the user')
    temporary.file('taken 2.png', 'of the user too')
    const exported = await result(desktop(() => temporary.file('taken')))
    expect(exported).toEqual({ kind: 'saved', name: 'taken 3.png' })
    expect(readFileSync(before, 'utf8')).toBe('of the user')
  })

  it.skipIf(process.platform === 'win32')('follows no link that the dialog did not ask about', async () => {
    const { result } = bench()
    symlinkSync('nowhere', join(temporary.path, 'linked.png'))
    const exported = await result(desktop(() => temporary.file('linked')))
    expect(exported).toEqual({ kind: 'saved', name: 'linked 2.png' })
  })
})

describe('a text', () => {
  it('is a download, or a file of the user', async () => {
    const { exporter, tickets } = bench()
    const exported = await exporter.text('mine.pastiche', '{}', browser)
    expect(exported.kind === 'download' && readFileSync(tickets.file(exported.ticket).path, 'utf8')).toBe(
      '{}',
    )
    const saved = await exporter.text(
      'mine.pastiche',
      '{}\n',
      desktop(() => temporary.file('kept')),
    )
    expect(saved).toEqual({ kind: 'saved', name: 'kept.pastiche' })
    expect(readFileSync(temporary.file('kept.pastiche'), 'utf8')).toBe('{}\n')
  })

  it('never gets the name of a picture', async () => {
    const { exporter } = bench()
    const saved = await exporter.text(
      'mine.pastiche',
      '{}',
      desktop(() => temporary.file('photo.png', 'a photo')),
    )
    expect(saved).toEqual({ kind: 'saved', name: 'photo.png.pastiche' })
    expect(readFileSync(temporary.file('photo.png'), 'utf8')).toBe('a photo')
  })

  it('that cannot be written is told with the path that the user gave', async () => {
    const path = join(temporary.path, 'no such folder', 'mine.pastiche')
    await expect(
      bench().exporter.text(
        'mine.pastiche',
        '{}',
        desktop(() => path),
      ),
    ).rejects.toMatchObject({
      code: 'output-not-writable',
      message: expect.stringContaining(path) as string,
    })
  })
})

describe('a safe name', () => {
  it.each([
    ['Lake × waves', 'Lake × waves'],
    ['../../etc/passwd', 'etc passwd'],
    ['C:\\Windows\\a', 'C Windows a'],
    ['a\u0000b\nc\u202e', 'a b c'],
    ['what? "yes" <no> | *', 'what yes no'],
    [' . .hidden', 'hidden'],
    ['ends. . ', 'ends'],
    ['', 'pastiche'],
    ['...', 'pastiche'],
    ['🌊 ünï', '🌊 ünï'],
    ['e\u0301', '\u00e9'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['com1', '_com1'],
    ['LPT¹', '_LPT¹'],
    ['Console', 'Console'],
    ['com10', 'com10'],
  ])('of %j is %j', (name, safe) => {
    expect(safeName(name)).toBe(safe)
  })

  it('is short enough for every file system, whatever the script', () => {
    for (const letter of ['a', 'ü', '湖', '🌊']) {
      const safe = safeName(letter.repeat(200))
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200)
      expect(isWhole(safe)).toBe(true)
      expect(() => writeFileSync(temporary.file(`${safe}.png.1234567890`), '')).not.toThrow()
    }
    expect(safeName(`${'a'.repeat(199)}. b`)).toBe('a'.repeat(199))
  })
})

describe('the desk of a shell', () => {
  it('is refused in a browser', () => {
    expect(() => deskOf(browser)).toThrow(expect.objectContaining({ code: 'not-here' }))
    expect(deskOf(desktop(() => null))).toBeDefined()
  })
})
