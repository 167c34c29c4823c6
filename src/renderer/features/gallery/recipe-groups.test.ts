import { describe, expect, it } from 'vitest'
import { parameters } from '../../../shared/contract/parameters.ts'
import type { Recipe } from '../../../shared/contract/recipe.ts'
import { mergeParameters } from '../../../shared/merge-parameters.ts'
import { parameterRows, recipeGroups, shortHash } from './recipe-groups.ts'

const picture = { name: 'lake.jpg', widthPx: 1024, heightPx: 683, sha256: 'ab'.repeat(32) }
const recipe: Recipe = {
  schema: 2,
  appVersion: '0.1.0',
  createdAt: '2026-11-25T10:00:00.000Z',
  content: picture,
  styles: [],
  initPicture: null,
  preset: { name: 'Gentle', modified: true },
  parameters: mergeParameters({ contentWeight: 0.3 }),
  changes: [{ totalStep: 42, weights: { contentWeight: 0.5 } }],
  device: { id: 'cpu', name: 'CPU' },
  threads: 0,
  weights: { network: 'compact', origin: 'compact', dataSha256: null },
  retired: null,
  totalSteps: 360,
  doneSteps: 100,
  elapsedMs: 65_000,
  loss: null,
}
const fact = (name: string, of: Recipe = recipe): string | undefined =>
  recipeGroups(of)
    .flatMap(({ facts }) => facts)
    .find((one) => one.name === name)?.value

describe('a recipe as people read it', () => {
  it('says that a preset was modified, and that a job was stopped', () => {
    expect(fact('Preset')).toBe('Gentle, modified')
    expect(fact('Steps')).toContain('100 of 360')
    expect(fact('Steps', { ...recipe, doneSteps: 360 })).toBe('360')
  })

  it('tells what was moved while it was painted, by its title', () => {
    expect(fact('Step 42')).toBe('Content weight 0.5')
  })

  it('says that its network no longer exists, and what takes its place', () => {
    const old = { ...recipe, retired: { network: 'builtin', parameters: {} } }
    expect(fact('Network', old)).toBe('Earlier built-in (no longer available)')
    expect(fact('Now painted with', old)).toBe('Built-in')
    expect(fact('Weights', old)).toBeUndefined()
  })

  it('has no group for what there is not', () => {
    const titles = recipeGroups({ ...recipe, changes: [] }).map(({ title }) => title)
    expect(titles).toEqual(['Painted', 'Network'])
  })

  it('gives the whole checksum to be copied', () => {
    const dataSha256 = '0123456789abcdef'.repeat(4)
    const { weights } = recipe
    const hash = recipeGroups({ ...recipe, weights: { ...weights, dataSha256 } })
      .flatMap(({ facts }) => facts)
      .find((one) => one.hash !== undefined)!
    expect(hash.hash).toBe(dataSha256)
    expect(hash.value).toBe(shortHash(dataSha256))
  })
})

describe('the table of parameters', () => {
  it('has every parameter once', () => {
    const names = parameterRows(recipe.parameters).map(({ name }) => name)
    expect(names.sort()).toEqual(Object.keys(parameters.shape).sort())
  })

  it('marks exactly what differs from the recipe of the network', () => {
    const marked = parameterRows(recipe.parameters).filter(({ usual }) => usual !== null)
    expect(marked).toMatchObject([{ name: 'contentWeight', value: '0.3', usual: '0.08' }])
  })

  it('marks nothing in the recipe of another network', () => {
    const rows = parameterRows(mergeParameters({ network: 'vgg19' }))
    expect(rows.filter(({ usual }) => usual !== null).map(({ name }) => name)).toEqual([])
  })

  it('does not mind the order in which layers are written', () => {
    const { styleLayers } = mergeParameters({})
    const turned = Object.fromEntries(Object.entries(styleLayers).reverse())
    expect(parameterRows(mergeParameters({ styleLayers: turned })).every(({ usual }) => usual === null)).toBe(
      true,
    )
  })
})
