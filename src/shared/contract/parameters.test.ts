import { describe, expect, it } from 'vitest'
import { describeFailure } from '../describe-issue.ts'
import { parameters, partialParameters } from './parameters.ts'

describe('some of the parameters', () => {
  it('leaves what is absent absent', () => {
    expect(partialParameters.parse({ steps: 7 })).toEqual({ steps: 7 })
  })

  it('knows every parameter, with its limits', () => {
    expect(Object.keys(partialParameters.shape)).toEqual(Object.keys(parameters.shape))
    expect(partialParameters.safeParse({ contentWeight: -1 }).success).toBe(false)
  })

  it('has no value that is undefined', () => {
    expect(partialParameters.safeParse({ steps: undefined }).success).toBe(false)
  })

  it('says what it expected', () => {
    const input = { contentWeight: -3 }
    const { error } = partialParameters.safeParse(input)
    expect(describeFailure(error!, partialParameters, input)).toBe(
      'contentWeight must be between 0 and 1e12, not -3.',
    )
  })
})
