import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { changeSettings, isOffline, readSettings } from './settings.ts'

const root = temporaryFolder()
let count = 0
const newFile = (text?: string): string => {
  const file = join(root.path, `${count++}.json`)
  if (text !== undefined) writeFileSync(file, text)
  return file
}

const defaults = { schema: 1, offline: false, theme: 'system', threads: 0, notify: true }

describe('the settings', () => {
  it('are the defaults where there is no file', async () => {
    expect(await readSettings(newFile())).toEqual({ settings: defaults, notice: null })
  })

  it('come back as they were changed, in a folder that was not there', async () => {
    const file = join(newFile(), 'deeper', 'settings.json')
    await changeSettings(file, { offline: true })
    expect((await readSettings(file)).settings.offline).toBe(true)
  })

  it('keep what a newer version has added', async () => {
    const file = newFile('{"schema":2,"offline":false,"theme":"dark","easel":"left"}')
    await changeSettings(file, { offline: true })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      ...defaults,
      ...{ schema: 2, offline: true, theme: 'dark', easel: 'left' },
    })
  })

  it.each([
    ['UTF-8', Buffer.from('\ufeff{"offline":true}')],
    ['UTF-16, as PowerShell writes it', Buffer.from('\ufeff{"offline":true}', 'utf16le')],
    ['UTF-16, high bytes first', Buffer.from('\ufeff{"offline":true}', 'utf16le').swap16()],
  ])('are read where a byte order mark stands before them: %s', async (_, bytes) => {
    const file = newFile()
    writeFileSync(file, bytes)
    expect(await readSettings(file)).toEqual({ settings: { ...defaults, offline: true }, notice: null })
  })

  it('that make no sense are the defaults, and the others stand', async () => {
    const file = newFile('{"schema":1,"offline":true,"theme":"plaid","threads":-4}')
    expect((await readSettings(file)).settings).toEqual({ ...defaults, offline: true })
  })

  it('of a broken file are set aside and reported', async () => {
    const file = newFile('{"offline":fal')
    const { settings, notice } = await readSettings(file)
    expect(settings.offline).toBe(false)
    expect(notice).toMatch(
      /isn't a valid settings file: .* It is now .*\.broken-.*\. Default settings are used\.$/,
    )
    const aside = readdirSync(root.path).filter((name) => name.startsWith(`${count - 1}.json.broken-`))
    expect(aside.map((name) => readFileSync(join(root.path, name), 'utf8'))).toEqual(['{"offline":fal'])
    expect((await readSettings(file)).notice).toBeNull()
  })

  it('stay offline where the broken file said so, also the next time', async () => {
    const file = newFile('{"schema": 1, "offline" : true, oops}')
    expect((await readSettings(file)).settings.offline).toBe(true)
    expect(await readSettings(file)).toEqual({ settings: { ...defaults, offline: true }, notice: null })
  })

  it('nested deeper than could be written again are set aside, and can be changed', async () => {
    const file = newFile(`{"offline":true,"later":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
    expect((await readSettings(file)).settings.offline).toBe(true)
    expect((await changeSettings(file, { theme: 'dark' })).theme).toBe('dark')
    expect((await readSettings(file)).settings).toMatchObject({ theme: 'dark', offline: true })
  })

  it('are read or set aside, whatever the file holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
        const { settings } = await readSettings(newFile(text))
        expect(typeof settings.offline).toBe('boolean')
      }),
      { numRuns: 100 },
    )
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'that may not be read are set aside and told, and Pastiche stays offline: they may have said so',
    async () => {
      const file = newFile('{}')
      chmodSync(file, 0)
      const { settings, notice } = await readSettings(file)
      expect(settings.offline).toBe(true)
      expect(notice).toContain('stays offline')
    },
  )
})

describe('offline', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['0', false],
    ['false', false],
    ['No', false],
    ['1', true],
    ['true', true],
    ['on', true],
  ])('by PASTICHE_OFFLINE=%s is %s', (value, expected) => {
    expect(isOffline({ offline: false }, { PASTICHE_OFFLINE: value })).toBe(expected)
  })

  it('by the setting cannot be undone by the variable', () => {
    expect(isOffline({ offline: true }, { PASTICHE_OFFLINE: '0' })).toBe(true)
  })
})
