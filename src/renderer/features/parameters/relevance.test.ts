import { describe, expect, it } from 'vitest'
import { mergeParameters } from '../../../shared/merge-parameters.ts'
import { idleReason } from './relevance.ts'

describe('a parameter that does nothing', () => {
  it('says which optimizer would use it', () => {
    expect(idleReason('history', mergeParameters({ optimizer: 'adam' }))).toBe('Used by L-BFGS only.')
    expect(idleReason('history', mergeParameters({ optimizer: 'lbfgs' }))).toBeNull()
  })

  it('is idle by each reason that applies to it alone', () => {
    const parameters = mergeParameters({ statistic: 'moments' })
    expect(idleReason('normaliser', parameters)).toBe('Mean and deviation need no normaliser.')
    expect(idleReason('normaliser', { ...parameters, styleWeight: 0 })).toBe('The style weight is 0.')
  })

  it('is never the size, unless a plan of scales decides', () => {
    expect(idleReason('sizePx', mergeParameters({}))).toBeNull()
    expect(idleReason('sizePx', mergeParameters({ scales: [{ sizePx: 64, steps: 10 }] }))).not.toBeNull()
  })

  it('is not the seed of the built-in network, which makes its filters from it', () => {
    expect(idleReason('seed', mergeParameters({ network: 'builtin', init: 'content' }))).toBeNull()
    expect(idleReason('seed', mergeParameters({ network: 'vgg19', init: 'content' }))).not.toBeNull()
  })
})
