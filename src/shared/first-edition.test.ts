import { describe, expect, it } from 'vitest'
import { parameters } from './contract/parameters.ts'
import { upgradeDocument } from './first-edition.ts'

const usual = parameters.parse({})

describe('a document of the first edition', () => {
  it('has the defaults of compact where it had those of its predecessor', () => {
    const saved = {
      ...usual,
      network: 'builtin',
      steps: 300,
      statistic: 'gram',
      tvWeight: 0.7,
      averaging: 0.8,
    }
    expect(upgradeDocument({ jobs: [{ parameters: saved }] })).toEqual({ jobs: [{ parameters: usual }] })
  })

  it('keeps what a person chose', () => {
    const saved = { ...usual, network: 'builtin', sizePx: 300, steps: 40, seed: 7 }
    expect(upgradeDocument(saved)).toEqual({ ...usual, sizePx: 300, steps: 40, seed: 7 })
  })

  it('stays partial where it was', () => {
    expect(upgradeDocument({ network: 'builtin', statistic: 'gram', seed: 3 })).toEqual({
      network: 'compact',
      seed: 3,
    })
  })

  it('is left alone where it does not name that network', () => {
    const saved = { network: 'vgg19', statistic: 'gram', list: [null, 'builtin', { name: 'builtin' }] }
    expect(upgradeDocument(saved)).toEqual(saved)
  })
})
