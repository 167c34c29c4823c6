import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { numberLimits } from './describe-schema.ts'

describe('the limits of a number', () => {
  it('are read through a default', () => {
    const limits = { min: 16, max: 64, includesMin: true, includesMax: true, whole: true }
    expect(numberLimits(z.number().int().min(16).max(64).default(32))).toEqual(limits)
  })

  it('tell an open end from a closed one', () => {
    const limits = numberLimits(z.number().positive().lt(1))
    expect(limits).toEqual({ min: 0, max: 1, includesMin: false, includesMax: false, whole: false })
  })

  it('are null where everything goes', () => {
    expect(numberLimits(z.number())).toMatchObject({ min: null, max: null })
  })
})
