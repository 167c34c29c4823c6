import { describe, expect, it } from 'vitest'
import { isArenaSafe, largestBlockBytes } from './memory.ts'

describe('memory', () => {
  it('has blocks of any size outside Electron', () => {
    expect(largestBlockBytes).toBe(Infinity)
    expect(isArenaSafe(1e12)).toBe(true)
  })

  it('is kept in no arena where that could grow by a block too large', () => {
    expect(isArenaSafe(2 ** 30, 2 ** 30)).toBe(true)
    expect(isArenaSafe(2 ** 30 + 1, 2 ** 30)).toBe(false)
  })
})
