import { describe, expect, it } from 'vitest'
import type { PartialParameters } from '../../../shared/contract/parameters.ts'
import { mergeParameters } from '../../../shared/merge-parameters.ts'
import type { ParameterName } from './fields.ts'
import { idleReason } from './relevance.ts'

const reasonFor = (name: ParameterName, own: PartialParameters): string | null =>
  idleReason(name, mergeParameters(own), own)

describe('a parameter that does nothing', () => {
  it('says which optimizer would use it', () => {
    expect(reasonFor('history', { optimizer: 'adam' })).toBe('Only L-BFGS uses it.')
    expect(reasonFor('history', { optimizer: 'lbfgs' })).toBeNull()
  })

  it('is idle by each reason that applies to it alone', () => {
    const statistic = 'moments'
    expect(reasonFor('normaliser', { statistic })).toBe('Mean and deviation need no normaliser.')
    expect(reasonFor('normaliser', { statistic, styleWeight: 0 })).toBe('The style weight is 0.')
    expect(reasonFor('normaliser', { statistic: 'w2' })).toBe('The Wasserstein distance needs no normaliser.')
  })

  it('is never the size, unless a plan of one’s own decides', () => {
    expect(reasonFor('sizePx', {})).toBeNull()
    expect(reasonFor('sizePx', { scales: [{ sizePx: 64, steps: 10 }] })).not.toBeNull()
  })

  it('is not the size where the preset has a plan, which would give way to it', () => {
    const scales = [{ sizePx: 64, steps: 10 }]
    expect(idleReason('sizePx', mergeParameters({}, { scales }), {})).toBeNull()
  })

  it('is the seed where nothing starts from noise', () => {
    expect(reasonFor('seed', { init: 'content' })).not.toBeNull()
    expect(reasonFor('seed', { init: 'noise' })).toBeNull()
  })
})
