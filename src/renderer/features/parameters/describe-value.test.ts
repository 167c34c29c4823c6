import { describe, expect, it } from 'vitest'
import { networkIds, parameters } from '../../../shared/contract/parameters.ts'
import { mergeParameters } from '../../../shared/merge-parameters.ts'
import { describeValue } from './describe-value.ts'
import type { ParameterName } from './fields.ts'

describe('a value as people read it', () => {
  it('has its unit', () => {
    expect(describeValue('sizePx', 512)).toBe('512 px')
    expect(describeValue('styleScale', 1.25)).toBe('1.25×')
    expect(describeValue('steps', 360)).toBe('360')
  })

  it('is called by its label where it is a choice', () => {
    expect(describeValue('optimizer', 'lbfgs')).toBe('L-BFGS')
    expect(describeValue('lineSearch', 'strong-wolfe')).toBe('Strong wolfe')
  })

  it('lists layers and scales', () => {
    expect(describeValue('styleLayers', { relu1_1: 2, relu2_1: 0.5 })).toBe('relu1_1 2, relu2_1 0.5')
    expect(describeValue('scales', [{ sizePx: 64, steps: 200 }])).toBe('64 px × 200')
    expect(describeValue('scales', null)).toBe('automatic')
  })

  it.each(networkIds)('is never empty, for any parameter of %s', (network) => {
    const all = mergeParameters({ network })
    for (const name of Object.keys(parameters.shape) as ParameterName[])
      expect(describeValue(name, all[name]), name).not.toBe('')
  })
})
