import { describe, expect, it } from 'vitest'
import { firstScales, nextScale, totalSteps } from './own-scales.ts'

describe('a plan of one’s own', () => {
  it('begins with the automatic one, its steps shared out to the last', () => {
    const scales = firstScales({ sizePx: 512, coarsestPx: 64, steps: 360 })
    expect(scales.map(({ sizePx }) => sizePx)).toEqual([64, 128, 256, 512])
    expect(totalSteps(scales)).toBe(360)
    expect(scales[0]!.steps).toBeGreaterThan(scales[3]!.steps)
  })

  it('is a single scale where the coarsest is the size', () => {
    expect(firstScales({ sizePx: 400, coarsestPx: 8192, steps: 10 })).toEqual([{ sizePx: 400, steps: 10 }])
  })

  it('grows by a scale twice as large, never above the largest', () => {
    expect(nextScale([{ sizePx: 256, steps: 100 }], 8192)).toEqual({ sizePx: 512, steps: 50 })
    expect(nextScale([{ sizePx: 6000, steps: 1 }], 8192)).toEqual({ sizePx: 8192, steps: 1 })
  })
})
