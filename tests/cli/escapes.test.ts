/* eslint-disable no-control-regex -- what a terminal obeys is what these tests look for */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { run, testPicture } from './pastiche.ts'

const bin = fileURLToPath(new URL('../../bin/pastiche.mjs', import.meta.url))
const { path: folder } = temporaryFolder()
const at = (...names: string[]): string => join(folder, ...names)
/** Sets the clipboard, turns the text around, begins a line of its own, and is red by one byte of C1. */
const evil = 'x\u001b]52;c;aGk=\u0007\u202egpj.\nError: no\u009b31m'
const shown = 'x\\x1b]52;c;aGk=\\x07\\u202egpj.\\nError: no\\x9b31m'
const obeyed = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]/
const ours = /\u001b\[\d+m/g

/** Colours on, as at a terminal; what is left once they are taken out is what came from elsewhere. */
function pastiche(...args: string[]): { status: number | null; text: string; stdout: string } {
  const { NO_COLOR: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { ...env, PASTICHE_HOME: folder, FORCE_COLOR: '1' },
    encoding: 'utf8',
  })
  return { status, stdout, text: (stdout + stderr).replace(ours, '') }
}

beforeAll(async () => {
  await testPicture(48, 32).png().toFile(at('photo.png'))
  await testPicture(48, 32).png().toFile(at('style.png'))
  mkdirSync(at('presets'))
  const preset = { schema: 99, id: 'mine', name: 'Mine', parameters: {} }
  const write = (name: string, document: object): void =>
    writeFileSync(at('presets', `${name}.json`), JSON.stringify(document))
  write('mine', { ...preset, description: `About ${evil}. More.` })
  write(`evil${evil.replaceAll('/', '')}`, { ...preset, id: 'broken', name: 7 })
  writeFileSync(at('evil.pastiche'), JSON.stringify({ ...preset, id: 'evil', name: `Evil ${evil}` }))
  writeFileSync(
    at('newer.pastiche'),
    JSON.stringify({ ...preset, id: 'n', name: 'N', parameters: { [evil]: 1 } }),
  )
  await run(['--version'], { cwd: folder })
})

describe('nothing that a terminal obeys is printed', () => {
  it.each([
    [['presets', 'list']],
    [['presets', 'show', 'mine']],
    [['presets', 'show', evil]],
    [['presets', 'import', 'evil.pastiche']],
    [['presets', 'import', 'newer.pastiche']],
    [['presets', 'import', evil]],
    [['presets', 'export', 'mine', '-o', `${evil}.pastiche`]],
    [['presets', 'save', evil]],
    [['stylize', `${evil}.jpg`, '--style', 'style.png']],
    [['stylize', 'photo.png', '--style', `${evil}.jpg`]],
    [['stylize', 'photo.png', '--style', 'style.png', '--device', evil]],
    [['stylize', 'photo.png', '--style', 'style.png', '--network', evil]],
    [['stylize', 'photo.png', '--style', 'style.png', '--scales', evil]],
    [['stylize', 'photo.png', '--style', 'style.png', '-o', `${evil}.xyz`]],
    [['stylize', 'photo.png', `--${evil}`]],
    [[evil]],
    [['models', 'download', evil]],
    [['models', 'path', evil]],
    [['models', 'import', evil]],
    [['serve', '--port', evil]],
    [['serve', '--port', '0', '--host', evil]],
    [['completion', evil]],
    [['complete', 'presets']],
  ])('by %j', (args) => {
    const { text } = pastiche(...args)
    expect(text).not.toMatch(obeyed)
    expect(text).not.toMatch(/^Error: no/m)
    expect(text.length).toBeGreaterThan(0)
  })

  it('where a picture is painted whose name is like that', async () => {
    await testPicture(48, 32)
      .png()
      .toFile(at(`${evil}.png`))
    const tiny = ['--style', 'style.png', '--size', '32', '--steps', '1', '--device', 'cpu']
    const { status, text, stdout } = pastiche('stylize', `${evil}.png`, ...tiny)
    expect(status).toBe(0)
    expect(text).not.toMatch(obeyed)
    expect(stdout).toBe(`${at(`${shown}-pastiche.png`)}\n`)
    const json = pastiche('stylize', `${evil}.png`, ...tiny, '--json')
    expect(json.text).not.toMatch(obeyed)
    const events = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { path?: string })
    expect(events.at(-1)!.path).toContain(evil)
  })

  it('and what is printed is still in our colours', () => {
    expect(pastiche('presets', 'list').stdout).toMatch(/^\u001b\[32m✓\u001b\[39m Mine /m)
    expect(pastiche('presets', 'list').stdout).toContain(shown.split('.')[0])
  })
})
