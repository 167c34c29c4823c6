import { describe, expect, it } from 'vitest'
import { aPlan } from '../../../tests/support/job-values.ts'
import type { Calibration } from '../../shared/contract/engine.ts'
import type { Plan } from '../../shared/contract/job.ts'
import { estimateMs } from './time-model.ts'

const planOf = (...scales: (readonly [stepFlop: number, steps: number])[]): Plan =>
  aPlan(scales.map(([stepFlop, steps]) => ({ widthPx: 1000, heightPx: 100, steps, stepFlop })))

/** 10 ms for each step, and 1 ms for each operation; 55 ms for the session of each scale, and three quarters of a step for its targets. */
const calibration: Calibration = {
  points: [
    { stepFlop: 10, stepMs: 20, setupMs: 55 + 15 },
    { stepFlop: 100, stepMs: 110, setupMs: 55 + 82.5 },
  ],
  nsPerElement: 1,
}
const adam = { optimizer: 'adam', history: 10, lineSearch: 'none', styleScale: 1 } as const
const lbfgs = { ...adam, optimizer: 'lbfgs' } as const
const estimate = (plan: Plan, settings: Parameters<typeof estimateMs>[2], styles = 1): number =>
  estimateMs(plan, calibration, settings, styles)

describe('the time of a job', () => {
  it('is that of its steps and of the set-up of each scale', () => {
    expect(estimate(planOf([10, 4]), adam)).toBeCloseTo(70 + 4 * 20)
    expect(estimate(planOf([10, 4], [100, 3]), adam)).toBeCloseTo(150 + 137.5 + 3 * 110)
  })

  it('grows a little faster than the operations above what was measured', () => {
    expect(estimate(planOf([200, 1]), adam)).toBeCloseTo(55 + 1.75 * 210 * 2 ** 0.05)
  })

  it('counts the targets of each style, at their own scale', () => {
    expect(estimate(planOf([10, 4]), { ...adam, styleScale: 2 }, 3)).toBeCloseTo(
      55 + (4 + 3 * 4 * 0.5 + 0.25) * 20,
    )
  })

  it('counts no set-up of a scale without steps', () => {
    expect(estimate(planOf([10, 0]), adam)).toBe(0)
  })

  it('is never below nothing, where a small size was measured slower than a large one', () => {
    const odd: Calibration = {
      ...calibration,
      points: [
        { stepFlop: 10, stepMs: 30, setupMs: 9 },
        { stepFlop: 100, stepMs: 20, setupMs: 1 },
      ],
    }
    expect(estimateMs(planOf([100, 2]), odd, adam, 1)).toBeCloseTo(2.75 * 20)
  })

  it('grows with the pairs that L-BFGS has come to remember', () => {
    // 300 000 elements, four passes over 0 + 1 + 2 pairs, then 3 for each of two steps.
    const expected = 70 + 5 * 20 + (4 * (0 + 1 + 2 + 3 + 3) * 300_000) / 1e6
    expect(estimate(planOf([10, 5]), { ...lbfgs, history: 3 })).toBeCloseTo(expected)
  })

  it('counts the second look of a line search', () => {
    const searching = { ...lbfgs, lineSearch: 'strong-wolfe' } as const
    expect(estimate(planOf([10, 5]), searching) - estimate(planOf([10, 5]), lbfgs)).toBeCloseTo(5 * 20)
  })
})
