import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Presets } from '../../src/host/index.ts'
import { networkIds, parameters } from '../../src/shared/contract/parameters.ts'
import { presetText, withNetworkRecipe } from '../../src/shared/contract/preset.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const temporary = temporaryFolder()
const resources = fileURLToPath(new URL('../../resources', import.meta.url))
let count = 0

/** Presets of a user who has none yet. */
function fresh(): { presets: Presets; folder: string; problems: string[] } {
  const folder = join(temporary.path, `user ${++count}`, 'presets')
  const problems: string[] = []
  return {
    presets: new Presets({ resources, presets: folder }, (text) => problems.push(text)),
    folder,
    problems,
  }
}

/** As if the user had put a file there by hand. */
function put(folder: string, name: string, content: string | Uint8Array): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const builtIn = (await fresh().presets.list()).presets

describe('the presets that ship', () => {
  it('are all there, ours first', () => {
    expect(builtIn.map(({ name }) => name)).toEqual([
      ...['Pastiche', 'Quick sketch', 'Finest', 'Strong style', 'Gentle'],
      ...['Crowson', 'Gatys 2016', 'Keras classic', 'L-BFGS + TV', 'Neural-style', 'PyTorch classic'],
      'Reconstruction lab',
    ])
    expect(builtIn.every((preset) => preset.builtIn && preset.notices.length === 0)).toBe(true)
  })

  it('are written as Pastiche writes presets', () => {
    for (const preset of builtIn) expect(readFileSync(preset.path, 'utf8')).toBe(presetText(preset))
  })

  it('name every parameter but the seed where they are published recipes, so that no new default changes them', () => {
    const names = Object.keys(parameters.shape).filter((name) => name !== 'seed')
    for (const preset of builtIn.filter(({ weightFamily }) => weightFamily !== null))
      expect(Object.keys(preset.parameters), preset.name).toEqual(names)
  })

  it('of ours go in the direction of their names, with every network', () => {
    const [pastiche, quick, finest, strong, gentle] = builtIn
    for (const network of networkIds) {
      const of = (preset = pastiche!) =>
        parameters.parse(withNetworkRecipe({ network, ...preset.parameters }))
      expect(of()).toEqual(parameters.parse(withNetworkRecipe({ network })))
      expect(of(strong).contentWeight).toBeLessThan(of().contentWeight / 2)
      expect(of(gentle).contentWeight).toBeGreaterThan(of().contentWeight * 2)
      expect(of(finest).sizePx * of(finest).steps).toBeGreaterThan(3 * of().sizePx * of().steps)
      expect(of(quick).sizePx * of(quick).steps).toBeLessThan((of().sizePx * of().steps) / 3)
    }
  })
})

describe('a preset of the user', () => {
  it('is saved in a file of its own and found by name or id, whatever the capitals', async () => {
    const { presets, folder } = fresh()
    const { preset, change } = await presets.save({ name: 'Öl 水彩', parameters: { steps: 7 } })
    expect(change).toBe('added')
    expect(readdirSync(folder)).toEqual(['ol.json'])
    expect(await presets.resolve('öl 水彩')).toEqual(preset)
    expect(await presets.resolve('OL')).toEqual(preset)
    expect(preset.parameters).toEqual({ steps: 7 })
  })

  it('replaces the one of the same name', async () => {
    const { presets, folder } = fresh()
    await presets.save({ name: 'Mine', parameters: { steps: 7 } })
    const { change } = await presets.save({ name: 'MINE', parameters: { seed: 3 } })
    expect(change).toBe('replaced')
    expect(readdirSync(folder)).toHaveLength(1)
    expect((await presets.resolve('mine')).parameters).toEqual({ seed: 3 })
  })

  it('does not replace one whose name only looks the same as a file', async () => {
    const { presets } = fresh()
    await presets.save({ name: 'Öl', parameters: { steps: 7 } })
    await presets.save({ name: 'Ol', parameters: { steps: 8 } })
    expect((await presets.resolve('öl')).parameters.steps).toBe(7)
    expect((await presets.resolve('ol')).parameters.steps).toBe(8)
  })

  it('keeps what a newer Pastiche put into the one it is made from', async () => {
    const { presets, folder } = fresh()
    const newer = { schema: 99, id: 'new', name: 'New', parameters: { steps: 7, glow: 3 }, tint: 'warm' }
    put(folder, 'new.json', JSON.stringify(newer))
    const base = await presets.resolve('new')
    await presets.save({ name: 'Own', parameters: { ...base.parameters, steps: 8 }, base })
    expect(JSON.parse((await presets.export('own')).text)).toMatchObject({
      schema: 99,
      tint: 'warm',
      parameters: { steps: 8, glow: 3 },
    })
  })

  it.each([
    ['Gatys 2016', 'preset-built-in', '"Gatys 2016" is a built-in preset.'],
    ['gatys-2016', 'preset-built-in', '"Gatys 2016" is a built-in preset.'],
    ['', 'invalid-request', 'The name must be text of 1 to 100 characters, not "".'],
    [
      ' x',
      'invalid-request',
      'The name must be one line that neither begins nor ends with a space, not " x".',
    ],
    [
      'x'.repeat(101),
      'invalid-request',
      `The name must be text of 1 to 100 characters, not "${'x'.repeat(60)}…".`,
    ],
  ])('cannot be called %j', async (name, code, message) => {
    const { presets, folder } = fresh()
    await expect(presets.save({ name, parameters: {} })).rejects.toMatchObject({ code, message })
    expect(existsSync(folder)).toBe(false)
  })

  it('is removed, and is unknown then', async () => {
    const { presets, folder } = fresh()
    await presets.save({ name: 'Mine', parameters: {} })
    await presets.remove('mine')
    expect(readdirSync(folder)).toEqual([])
    await expect(presets.resolve('mine')).rejects.toMatchObject({ code: 'unknown-preset' })
  })

  it('is told from one that is built in, which stays', async () => {
    await expect(fresh().presets.remove('Gentle')).rejects.toMatchObject({
      code: 'preset-built-in',
      message: '"Gentle" is a built-in preset.',
    })
  })

  it('is suggested where its name is misspelt', async () => {
    const { presets } = fresh()
    await presets.save({ name: 'Aquarelle', parameters: {} })
    await expect(presets.resolve('aquarell')).rejects.toMatchObject({
      message: 'There is no preset "aquarell".',
      hint: 'Did you mean "Aquarelle"? "pastiche presets list" shows them all.',
    })
  })

  it('is one of a thousand at most', async () => {
    const { presets, folder } = fresh()
    for (let i = 0; i < 1000; i++)
      put(folder, `p${i}.json`, `{"schema":1,"id":"p${i}","name":"P${i}","parameters":{}}`)
    await expect(presets.save({ name: 'Mine', parameters: {} })).rejects.toMatchObject({
      code: 'too-many-presets',
    })
    expect((await presets.save({ name: 'P7', parameters: {} })).change).toBe('replaced')
  })

  it('is refused by a folder that cannot be written', async () => {
    const file = temporary.file('in the way', '')
    const presets = new Presets({ resources, presets: join(file, 'presets') })
    await expect(presets.save({ name: 'Mine', parameters: {} })).rejects.toMatchObject({
      code: 'output-not-writable',
    })
  })
})

describe('handing presets on', () => {
  const tricky = {
    ...{ schema: 99, id: 'tricky', name: 'Tricky ☂', parameters: { glow: [1e-7, null], steps: 7 } },
    ...{ zebra: { '10': true, '2': '\u2028' }, lone: '\ud800' },
  }

  it.each([...builtIn.map(({ name }) => name), 'Tricky ☂'])(
    'import(export(%s)) is the same, byte for byte',
    async (name) => {
      const [from, to] = [fresh(), fresh()]
      put(from.folder, 'tricky.json', JSON.stringify(tricky))
      const { text, preset } = await from.presets.export(name)
      const { preset: imported } = await to.presets.import(temporary.file(`${count}.pastiche`, text))
      expect(imported).toMatchObject({ id: preset.id, name, parameters: preset.parameters })
      expect((await to.presets.export(name)).text).toBe(text)
      expect(readFileSync(imported.path, 'utf8')).toBe(text)
    },
  )

  it('does nothing where the same preset is here already', async () => {
    const { presets } = fresh()
    const { text } = await presets.export('Gentle')
    const { preset, change } = await presets.import(temporary.file('same.pastiche', text))
    expect(change).toBe('unchanged')
    expect(preset.builtIn).toBe(true)
  })

  it('refuses another preset under a name that is built in', async () => {
    const { presets } = fresh()
    const { text } = await presets.export('Gentle')
    const file = temporary.file('changed.pastiche', text.replace('"contentWeight"', '"styleWeight"'))
    await expect(presets.import(file, { replace: true })).rejects.toMatchObject({ code: 'preset-built-in' })
    const { preset } = await presets.import(file, { name: 'My gentle' })
    expect(preset).toMatchObject({ id: 'my-gentle', name: 'My gentle', builtIn: false })
  })

  it('replaces a preset of the same name only when asked', async () => {
    const { presets, folder } = fresh()
    await presets.save({ name: 'Mine', parameters: { steps: 7 } })
    const other = { schema: 1, id: 'other-id', name: 'mine', parameters: { steps: 8 } }
    const file = temporary.file('other.pastiche', JSON.stringify(other))
    await expect(presets.import(file)).rejects.toMatchObject({ code: 'preset-exists' })
    expect((await presets.import(file, { replace: true })).change).toBe('replaced')
    expect(readdirSync(folder)).toEqual(['other-id.json'])
  })

  it('gives a preset another id where its own is taken or no good as the name of a file', async () => {
    const { presets } = fresh()
    await presets.save({ name: 'Mine', parameters: { steps: 7 } })
    for (const id of ['mine', 'con', 'gentle']) {
      const text = JSON.stringify({ schema: 1, id, name: `From ${id}`, parameters: {} })
      const { preset } = await presets.import(temporary.file('id.pastiche', text))
      expect(preset.id).toBe(`from-${id}`)
    }
    expect((await presets.resolve('mine')).parameters).toEqual({ steps: 7 })
  })

  it.each([
    ['nothing there', null, 'file-not-found', 'There is no preset at '],
    ['no JSON', '{"schema": 1', 'preset-unreadable', 'it is not, or not all, JSON.'],
    ['NaN', '{"schema": NaN}', 'preset-unreadable', 'it is not, or not all, JSON.'],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe, 0), 'preset-unreadable', 'it is not, or not all, JSON.'],
    ['much of it', ' '.repeat(1_100_000), 'preset-unreadable', 'it is too large (2 MB; limit 1 MB).'],
    ['deep brackets', '['.repeat(900_000), 'preset-unreadable', 'it is not, or not all, JSON.'],
    [
      'deep lists',
      '['.repeat(400_000) + ']'.repeat(400_000),
      'preset-unreadable',
      'it must be an object, not a list of 1.',
    ],
    ['a newer preset', '{"schema": 99, "id": 7}', 'document-newer', 'is a preset of a newer Pastiche.'],
  ])('refuses a file with %s', async (_what, content, code, message) => {
    const file =
      content === null ? temporary.file('nothing.pastiche') : temporary.file('bad.pastiche', content)
    const { presets, folder } = fresh()
    await expect(presets.import(file)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    })
    expect(existsSync(folder)).toBe(false)
  })

  it('refuses a folder', async () => {
    await expect(fresh().presets.import(temporary.path)).rejects.toMatchObject({ code: 'file-not-readable' })
  })
})

describe('a broken file among the presets', () => {
  it('is set aside and told, and the others are there', async () => {
    const { presets, folder, problems } = fresh()
    await presets.save({ name: 'Good', parameters: { steps: 7 } })
    put(folder, 'bad.json', '{"schema": 1, "id": "bad"')
    const { presets: found } = await presets.list()
    expect(found.at(-1)).toMatchObject({ name: 'Good' })
    const aside = readdirSync(folder).find((name) => name.startsWith('bad.json.broken-'))
    expect(problems).toEqual([
      `"bad.json" isn't a valid preset file: it is not, or not all, JSON. It is now ${join(folder, aside!)}.`,
    ])
    expect(readFileSync(join(folder, aside!), 'utf8')).toBe('{"schema": 1, "id": "bad"')
    expect((await presets.list()).problems).toEqual([])
  })

  it('is set aside as well when it is no file at all', async () => {
    const { presets, folder, problems } = fresh()
    mkdirSync(join(folder, 'folder.json'), { recursive: true })
    await presets.save({ name: 'Good', parameters: {} })
    const aside = readdirSync(folder).find((name) => name.startsWith('folder.json.broken-'))!
    const path = join(folder, 'folder.json')
    expect(problems).toEqual([`${path} is a folder, not a file. It is now ${join(folder, aside)}.`])
    expect(readdirSync(folder)).toEqual([aside, 'good.json'])
  })

  it('does not hide what is built in', async () => {
    const { presets, folder, problems } = fresh()
    put(folder, 'x.json', JSON.stringify({ schema: 1, id: 'gentle', name: 'Trap', parameters: {} }))
    expect((await presets.resolve('gentle')).builtIn).toBe(true)
    expect(problems).toEqual([
      `The preset ${join(folder, 'x.json')} is left out: its id "gentle" is built in.`,
    ])
  })

  it('is not overwritten where it has the name that another preset would get', async () => {
    const { presets, folder } = fresh()
    put(
      folder,
      'mine.json',
      JSON.stringify({ schema: 1, id: 'other', name: 'Other', parameters: { steps: 3 } }),
    )
    await presets.save({ name: 'Mine', parameters: { steps: 4 } })
    expect((await presets.resolve('other')).parameters.steps).toBe(3)
    expect((await presets.resolve('mine')).parameters.steps).toBe(4)
  })
})

describe('what a killed write has left', () => {
  it('is removed once it is old', async () => {
    const { presets, folder } = fresh()
    const old = put(folder, 'mine.json.123', '{')
    put(folder, 'mine.json.456', '{')
    utimesSync(old, 0, 0)
    await presets.save({ name: 'Mine', parameters: {} })
    expect(readdirSync(folder).sort()).toEqual(['mine.json', 'mine.json.456'])
  })
})
