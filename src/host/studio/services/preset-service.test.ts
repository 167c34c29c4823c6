import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { studioPreset, type StudioPreset } from '../../../shared/contract/studio.ts'
import { mergeParameters } from '../../../shared/merge-parameters.ts'
import { Presets } from '../../presets/presets.ts'
import { PresetService } from './preset-service.ts'

const temporary = temporaryFolder()
const resources = fileURLToPath(new URL('../../../../resources', import.meta.url))
let count = 0

function bench(): { service: PresetService; told: string[][]; folder: string } {
  const folder = join(temporary.path, `user ${++count}`)
  const service = new PresetService(new Presets({ resources, presets: folder }))
  const told: string[][] = []
  service.onChange((presets) => told.push(own(presets)))
  return { service, told, folder }
}

const own = (presets: readonly StudioPreset[]): string[] =>
  presets.filter(({ builtIn }) => !builtIn).map(({ name }) => name)
const request = (name: string, steps = 7): Parameters<PresetService['save']>[0] => ({
  ...{ name, description: '', parameters: { steps }, base: null, replace: false },
})

describe('the presets of the window', () => {
  it('are as the contract says, without a path', async () => {
    const { service } = bench()
    await service.save(request('Mine'))
    const { presets, notices } = await service.list()
    for (const preset of presets) expect(studioPreset.strict().safeParse(preset).success).toBe(true)
    expect(own(presets)).toEqual(['Mine'])
    expect(notices).toEqual([])
  })

  it('are sent again after each change', async () => {
    const { service, told } = bench()
    const { id } = await service.save(request('Mine'))
    await service.rename(id, 'Yours')
    await service.remove(id)
    expect(told).toEqual([['Mine'], ['Yours'], []])
  })

  it('are not told of a change that failed', async () => {
    const { service, told } = bench()
    await service.save(request('Mine'))
    await expect(service.save(request('mine'))).rejects.toMatchObject({ code: 'preset-exists' })
    await expect(service.rename('pastiche', 'Other')).rejects.toMatchObject({ code: 'preset-built-in' })
    await expect(service.remove('nobody')).rejects.toMatchObject({ code: 'unknown-preset' })
    expect(told).toHaveLength(1)
  })

  it('are replaced where that is wanted', async () => {
    const { service } = bench()
    const { id } = await service.save(request('Mine', 7))
    const replaced = await service.save({ ...request('Mine', 8), replace: true })
    expect(replaced).toMatchObject({ id, parameters: { steps: 8 } })
  })

  it('go out and come in again as they were', async () => {
    const { service } = bench()
    const saved = await service.save({ ...request('Öl dick'), description: 'Thick.' })
    const { fileName, text } = await service.export(saved.id)
    expect(fileName).toBe('ol-dick.pastiche')
    await service.remove(saved.id)
    expect(await service.import(temporary.file(fileName, text), false)).toEqual(saved)
  })

  it('go out under the name that they have now', async () => {
    const { service } = bench()
    const { id } = await service.save(request('Mine'))
    await service.rename(id, 'Ours')
    expect((await service.export(id)).fileName).toBe('ours.pastiche')
  })

  it('take no base that is gone', async () => {
    const { service } = bench()
    await expect(service.save({ ...request('Mine'), base: 'gone' })).resolves.toMatchObject({ name: 'Mine' })
  })

  it('come with a warning for a file that is broken', async () => {
    const { service, folder } = bench()
    await service.save(request('Mine'))
    writeFileSync(join(folder, 'b.json'), 'no preset')
    const { notices } = await service.list()
    expect(notices).toMatchObject([{ level: 'warning', hint: null }])
  })
})

describe('the preset of a recipe', () => {
  it('is modified where a parameter differs from it', async () => {
    const { service } = bench()
    const { id } = await service.save(request('Mine'))
    const untouched = mergeParameters({}, { steps: 7 })
    expect(await service.nameFor(id, untouched)).toEqual({ name: 'Mine', modified: false })
    expect(await service.nameFor(id, { ...untouched, seed: 99 })).toEqual({ name: 'Mine', modified: true })
  })

  it('is none where none was begun with, or it is gone', async () => {
    const { service } = bench()
    const untouched = mergeParameters({}, {})
    expect(await service.nameFor(null, untouched)).toBeNull()
    expect(await service.nameFor('gone', untouched)).toBeNull()
  })

  it('is found by its name', async () => {
    const { service } = bench()
    const { id } = await service.save(request('Mine'))
    expect((await service.findByName('Mine'))?.id).toBe(id)
    expect(await service.findByName('mine')).toBeNull()
  })
})
