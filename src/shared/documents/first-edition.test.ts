import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parameters } from '../contract/parameters.ts'
import { presetDocument, presetOf } from '../contract/preset.ts'
import { migrateFirstDraft, migrateFirstQueue, migrateFirstRecipe, withSuccessor } from './first-edition.ts'
import type { Json } from './merge-changes.ts'

const usual = parameters.parse({})
const folder = 'tests/fixtures/first-edition/home/'
const saved = (name: string): Json => JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as Json
const recipe = 'library/results/14b0c7a8-ad7e-4ae4-8956-8e973d2092a5/recipe.json'

describe('parameters of the first edition', () => {
  it('have the defaults of compact where they had those of its predecessor', () => {
    const old = { ...usual, network: 'builtin', steps: 300, statistic: 'gram', tvWeight: 0.7, averaging: 0.8 }
    expect(withSuccessor(old)).toEqual(usual)
  })

  it('keep what a person chose', () => {
    const old = { ...usual, network: 'builtin', sizePx: 300, steps: 40, seed: 7 }
    expect(withSuccessor(old)).toEqual({ ...usual, sizePx: 300, steps: 40, seed: 7 })
  })

  it('stay partial where they were', () => {
    const old = { network: 'builtin', statistic: 'gram', seed: 3 }
    expect(withSuccessor(old)).toEqual({ network: 'compact', seed: 3 })
  })

  it.each([[{ network: 'vgg19', statistic: 'gram' }], [null], ['builtin'], [[{ network: 'builtin' }]]])(
    'are left alone where they are %j',
    (old) => {
      expect(withSuccessor(old)).toBe(old)
    },
  )
})

describe('a file of the first edition', () => {
  it('that is a preset says that its network is gone, and keeps its parameters beside the new ones', () => {
    const preset = presetOf(presetDocument.read(saved('presets/my-woodcut.json')), 'It')
    expect(preset.parameters).toEqual({ network: 'compact', steps: 120, contentWeight: 0.03 })
    expect(preset.document.retired).toMatchObject({ network: 'builtin', parameters: { statistic: 'gram' } })
    expect(preset.notices.join()).toContain('a network that no longer exists')
  })

  it('that is a queue has every job with the network of today', () => {
    const { jobs: before } = saved('library/queue.json') as { jobs: Json[] }
    const { jobs } = migrateFirstQueue(saved('library/queue.json')) as { jobs: { order: Json }[] }
    expect(jobs).toHaveLength(before.length)
    for (const { order } of jobs)
      expect(order).toMatchObject({ parameters: { network: 'compact' }, weights: { origin: 'compact' } })
  })

  it('that is a draft has what was chosen', () => {
    const { draft } = migrateFirstDraft(saved('library/table.json')) as { draft: Json }
    expect(draft).toMatchObject({ preset: 'strong-style', own: { steps: 77 } })
    const own = { network: 'builtin', statistic: 'gram', seed: 3 }
    expect(migrateFirstDraft({ draft: { ...draft, own } })).toMatchObject({
      draft: { own: { network: 'compact', seed: 3 } },
    })
  })

  it('that is a recipe says what it was painted with', () => {
    const before = saved(recipe)
    expect(migrateFirstRecipe(before)).toMatchObject({
      parameters: { network: 'compact' },
      weights: { network: 'compact', origin: 'compact' },
      retired: { network: 'builtin', parameters: before['parameters'] },
    })
  })

  it.each([[{}], [{ jobs: 'x', draft: [], parameters: 3, weights: null }], [{ jobs: [null, { order: 1 }] }]])(
    'that is damaged is left to whoever checks it: %j',
    (damaged) => {
      for (const migrate of [migrateFirstQueue, migrateFirstDraft, migrateFirstRecipe])
        expect(migrate(damaged)).toEqual(damaged)
    },
  )
})
