import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { studioPreset, type StudioPreset } from '../../../shared/contract/studio.ts'
import { mergeParameters } from '../../../shared/merge-parameters.ts'
import { Presets } from '../../presets/presets.ts'
import { PresetShelf } from './preset-shelf.ts'

const temporary = temporaryFolder()
const resources = fileURLToPath(new URL('../../../../resources', import.meta.url))
let count = 0

function bench(): { shelf: PresetShelf; told: string[][]; folder: string } {
  const folder = join(temporary.path, `user ${++count}`)
  const shelf = new PresetShelf(new Presets({ resources, presets: folder }))
  const told: string[][] = []
  shelf.onChange((presets) => told.push(own(presets)))
  return { shelf, told, folder }
}

const own = (presets: readonly StudioPreset[]): string[] =>
  presets.filter(({ builtIn }) => !builtIn).map(({ name }) => name)
const request = (name: string, steps = 7): Parameters<PresetShelf['save']>[0] => ({
  ...{ name, description: '', parameters: { steps }, base: null, replace: false },
})

describe('the presets of the window', () => {
  it('are as the contract says, without a path', async () => {
    const { shelf } = bench()
    await shelf.save(request('Mine'))
    const { presets, notices } = await shelf.list()
    for (const preset of presets) expect(studioPreset.strict().safeParse(preset).success).toBe(true)
    expect(own(presets)).toEqual(['Mine'])
    expect(notices).toEqual([])
  })

  it('are told anew after each change', async () => {
    const { shelf, told } = bench()
    const { id } = await shelf.save(request('Mine'))
    await shelf.rename(id, 'Yours')
    await shelf.remove(id)
    expect(told).toEqual([['Mine'], ['Yours'], []])
  })

  it('are not told of a change that failed', async () => {
    const { shelf, told } = bench()
    await shelf.save(request('Mine'))
    await expect(shelf.save(request('mine'))).rejects.toMatchObject({ code: 'preset-exists' })
    await expect(shelf.rename('pastiche', 'Other')).rejects.toMatchObject({ code: 'preset-built-in' })
    await expect(shelf.remove('nobody')).rejects.toMatchObject({ code: 'unknown-preset' })
    expect(told).toHaveLength(1)
  })

  it('are replaced where that is wanted', async () => {
    const { shelf } = bench()
    const { id } = await shelf.save(request('Mine', 7))
    const replaced = await shelf.save({ ...request('Mine', 8), replace: true })
    expect(replaced).toMatchObject({ id, parameters: { steps: 8 } })
  })

  it('go out and come in again as they were', async () => {
    const { shelf } = bench()
    const saved = await shelf.save({ ...request('Öl dick'), description: 'Thick.' })
    const { fileName, text } = await shelf.export(saved.id)
    expect(fileName).toBe('ol-dick.pastiche')
    await shelf.remove(saved.id)
    expect(await shelf.import(temporary.file(fileName, text), false)).toEqual(saved)
  })

  it('go out under the name that they have now', async () => {
    const { shelf } = bench()
    const { id } = await shelf.save(request('Mine'))
    await shelf.rename(id, 'Ours')
    expect((await shelf.export(id)).fileName).toBe('ours.pastiche')
  })

  it('take no base that is gone', async () => {
    const { shelf } = bench()
    await expect(shelf.save({ ...request('Mine'), base: 'gone' })).resolves.toMatchObject({ name: 'Mine' })
  })

  it('come with a warning for a file that is broken', async () => {
    const { shelf, folder } = bench()
    await shelf.save(request('Mine'))
    writeFileSync(join(folder, 'b.json'), 'no preset')
    const { notices } = await shelf.list()
    expect(notices).toMatchObject([{ level: 'warning', hint: null }])
  })
})

describe('the preset of a recipe', () => {
  it('is modified where a parameter differs from it', async () => {
    const { shelf } = bench()
    const { id } = await shelf.save(request('Mine'))
    const untouched = mergeParameters({}, { steps: 7 })
    expect(await shelf.nameFor(id, untouched)).toEqual({ name: 'Mine', modified: false })
    expect(await shelf.nameFor(id, { ...untouched, seed: 99 })).toEqual({ name: 'Mine', modified: true })
  })

  it('is none where none was begun with, or it is gone', async () => {
    const { shelf } = bench()
    const untouched = mergeParameters({}, {})
    expect(await shelf.nameFor(null, untouched)).toBeNull()
    expect(await shelf.nameFor('gone', untouched)).toBeNull()
  })

  it('is found by its name', async () => {
    const { shelf } = bench()
    const { id } = await shelf.save(request('Mine'))
    expect((await shelf.findByName('Mine'))?.id).toBe(id)
    expect(await shelf.findByName('mine')).toBeNull()
  })
})
