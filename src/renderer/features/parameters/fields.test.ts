import { describe, expect, it } from 'vitest'
import { sliderRange } from './fields.ts'

describe('the slider of a number', () => {
  const open = { includesMin: true, includesMax: true, whole: false }

  it('stops just short of an end that is not allowed', () => {
    const range = sliderRange({ ...open, min: 0, max: 1, includesMax: false })!
    expect(range.max).toBeLessThan(1)
  })

  it('is logarithmic where the range spans factors', () => {
    expect(sliderRange({ ...open, min: 0.05, max: 8 })).toMatchObject({ scale: 'log', min: 0.05, max: 8 })
  })

  it('is left out where no hand could hit a value', () => {
    expect(sliderRange({ ...open, min: 0, max: 1e12 })).toBeNull()
    expect(sliderRange({ ...open, min: 0, max: 100_000, whole: true })).toBeNull()
  })
})
