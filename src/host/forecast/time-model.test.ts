import { describe, expect, it } from 'vitest'
import type { Calibration, Plan } from '../../shared/contract/engine.ts'
import { estimateMs } from './time-model.ts'

const planOf = (...scales: (readonly [stepFlop: number, steps: number])[]): Plan => ({
  scales: scales.map(([stepFlop, steps]) => ({
    widthPx: 1000,
    heightPx: 100,
    steps,
    stepFlop,
    memoryBytes: 0,
  })),
  totalFlop: 0,
  peakMemoryBytes: 0,
  notice: null,
})

/** 10 ms for each step, and 1 ms for each operation; 50 ms for each scale, and 2 for each operation. */
const calibration: Calibration = {
  points: [
    { stepFlop: 10, stepMs: 20, setupMs: 70 },
    { stepFlop: 100, stepMs: 110, setupMs: 250 },
  ],
  nsPerElement: 1,
}
const adam = { optimizer: 'adam', history: 10, lineSearch: 'none' } as const
const lbfgs = { ...adam, optimizer: 'lbfgs' } as const

describe('the time of a job', () => {
  it('is that of its steps and of the set-up of each scale', () => {
    expect(estimateMs(planOf([10, 4]), calibration, adam)).toBeCloseTo(70 + 4 * 20)
    expect(estimateMs(planOf([10, 4], [200, 3]), calibration, adam)).toBeCloseTo(150 + 450 + 3 * 210)
  })

  it('counts no set-up of a scale without steps', () => {
    expect(estimateMs(planOf([10, 0]), calibration, adam)).toBe(0)
  })

  it('is never below nothing, where a small size was measured slower than a large one', () => {
    const odd: Calibration = {
      ...calibration,
      points: [
        { stepFlop: 10, stepMs: 30, setupMs: 9 },
        { stepFlop: 100, stepMs: 20, setupMs: 1 },
      ],
    }
    expect(estimateMs(planOf([1000, 2]), odd, adam)).toBeCloseTo(1 + 2 * 20)
  })

  it('grows with the pairs that L-BFGS has come to remember', () => {
    // 300 000 elements, four passes over 0 + 1 + 2 pairs, then 3 for each of two steps.
    const expected = 70 + 5 * 20 + (4 * (0 + 1 + 2 + 3 + 3) * 300_000) / 1e6
    expect(estimateMs(planOf([10, 5]), calibration, { ...lbfgs, history: 3 })).toBeCloseTo(expected)
  })

  it('counts the second look of a line search', () => {
    const searching = { ...lbfgs, lineSearch: 'strong-wolfe' } as const
    const difference =
      estimateMs(planOf([10, 5]), calibration, searching) - estimateMs(planOf([10, 5]), calibration, lbfgs)
    expect(difference).toBeCloseTo(5 * 20)
  })
})
