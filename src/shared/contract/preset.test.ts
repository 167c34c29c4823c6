import { describe, expect, it } from 'vitest'
import { networkIds, networkRecipes, parameters } from './parameters.ts'
import { makePreset, overridePreset, presetText, readPreset, withNetworkRecipe } from './preset.ts'

const minimal = { schema: 1, id: 'mine', name: 'Mine', parameters: { steps: 7 } }

const message = (json: unknown): string => {
  try {
    readPreset(json)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('Expected it to be refused.')
}

describe('reading a preset', () => {
  it('takes only what is written, without defaults', () => {
    expect(readPreset(minimal)).toMatchObject({ name: 'Mine', description: '', parameters: { steps: 7 } })
    expect(readPreset(minimal).notices).toEqual([])
  })

  it.each([
    [{ ...minimal, parameters: { contentWeight: -3 } }, 'contentWeight must be between 0 and 1e12, not -3'],
    [
      { ...minimal, parameters: { statistic: 'sliced' } },
      'statistic must be one of gram, covariance, moments, w2, not "sliced"',
    ],
    [{ ...minimal, parameters: [] }, 'parameters must be an object, not a list of 0'],
    [{ ...minimal, schema: 0 }, 'schema must be a version number, not 0'],
    [{ ...minimal, id: undefined }, 'id is missing'],
    [
      { ...minimal, id: '../../etc/passwd' },
      'id must be small letters, digits and single hyphens, not "../../etc/passwd"',
    ],
    [
      { ...minimal, name: 'a\nb' },
      'name must be one line that neither begins nor ends with a space, not "a\\nb"',
    ],
    [{ ...minimal, name: '' }, 'name must be text of 1 to 100 characters, not ""'],
    [[], 'it must be an object, not a list of 0'],
    [null, 'it must be an object, not null'],
    [{ ...minimal, more: JSON.parse('{"__proto__": {}}') as unknown }, 'it has a field named "__proto__"'],
    [{ ...minimal, more: JSON.parse('[1e999]') as unknown }, 'it holds a number above 1.8e308'],
    [{ ...minimal, more: nested(40) }, 'it is nested more than 32 levels deep'],
  ])('refuses %j', (json, expected) => {
    expect(message(json)).toBe(`This isn't a valid preset file: ${expected}.`)
  })

  it('reads what it can of a newer schema, and says what it cannot', () => {
    const preset = readPreset({
      ...minimal,
      schema: 99,
      parameters: { steps: 7, statistic: 'sliced', glow: { radiusPx: 3 } },
    })
    expect(preset.parameters).toEqual({ steps: 7 })
    expect(preset.notices).toEqual([
      'The preset "Mine" was saved by a newer Pastiche: it may look different here.',
      'Of the preset "Mine", this Pastiche does not understand statistic, glow: kept, but not used.',
    ])
  })

  it('says which parameters it does not know, also of its own schema', () => {
    const preset = readPreset({ ...minimal, parameters: { steps: 7, glow: 3 } })
    expect(preset.parameters).toEqual({ steps: 7 })
    expect(preset.notices).toHaveLength(1)
  })
})

function nested(levels: number): unknown {
  return levels === 0 ? 0 : [nested(levels - 1)]
}

describe('the text of a preset', () => {
  const newer = {
    tint: 'warm',
    ...minimal,
    schema: 99,
    parameters: { glow: { radiusPx: 3 }, statistic: 'sliced', steps: 7, network: 'vgg19' },
  }

  it('keeps every field, the known ones first', () => {
    expect(JSON.parse(presetText(readPreset(newer)))).toEqual(newer)
    expect(Object.keys(JSON.parse(presetText(readPreset(newer))) as object)).toEqual([
      'schema',
      'id',
      'name',
      'parameters',
      'tint',
    ])
  })

  it('is the same when it is read and written again', () => {
    const text = presetText(readPreset(newer))
    expect(presetText(readPreset(JSON.parse(text)))).toBe(text)
  })

  it('keeps what is not understood in a preset made from another', () => {
    const base = readPreset(newer)
    const own = { id: 'own', name: 'Own', description: '', parameters: { ...base.parameters, steps: 9 } }
    expect(makePreset(own, base).document).toEqual({
      ...newer,
      id: 'own',
      name: 'Own',
      description: '',
      parameters: { ...newer.parameters, steps: 9 },
    })
  })

  it('lets a new value replace one that is not understood', () => {
    const own = { id: 'own', name: 'Own', description: '', parameters: { statistic: 'gram' } } as const
    expect(makePreset(own, readPreset(newer)).parameters).toEqual({ statistic: 'gram' })
  })
})

describe('a preset with parameters of one’s own on top', () => {
  it('gives way to each of them', () => {
    expect(overridePreset({ steps: 7, sizePx: 100 }, { steps: 9 })).toEqual({ steps: 9, sizePx: 100 })
  })

  it.each([{ sizePx: 100 }, { steps: 9 }, { coarsestPx: 32 }])('drops its plan of scales for %j', (own) => {
    const scales = [{ sizePx: 64, steps: 5 }]
    expect(overridePreset({ scales }, own)).toEqual({ scales: null, ...own })
    expect(overridePreset({ scales }, { scales, ...own })).toEqual({ scales, ...own })
    expect(overridePreset({ scales }, { seed: 1 })).toEqual({ scales, seed: 1 })
  })
})

describe('the recipe of a network', () => {
  it.each(networkIds)('of %s stands between the defaults and what is given', (network) => {
    const recipe = networkRecipes[network]
    expect(withNetworkRecipe({ network })).toEqual({ ...recipe, network })
    expect(withNetworkRecipe({ network, steps: 9 })).toEqual({ ...recipe, network, steps: 9 })
    expect(parameters.safeParse(withNetworkRecipe({ network })).success).toBe(true)
  })

  it('is that of the built-in network where none is named', () => {
    expect(withNetworkRecipe({ steps: 9 })).toEqual({ ...networkRecipes.compact, steps: 9 })
  })
})
