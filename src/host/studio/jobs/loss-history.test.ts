import { describe, expect, it } from 'vitest'
import type { LossSample } from '../../../shared/contract/studio.ts'
import { LossHistory } from './loss-history.ts'

const sample = (totalStep: number): LossSample => ({
  totalStep,
  total: 1 / totalStep,
  content: 0,
  style: 0,
  variation: 0,
})

function stepsOf(count: number, most: number): number[] {
  const history = new LossHistory(most)
  for (let step = 1; step <= count; step++) history.add(sample(step))
  return history.samples.map(({ totalStep }) => totalStep)
}

describe('the losses of a run', () => {
  it('are all there while they are few', () => {
    expect(stepsOf(4, 5)).toEqual([1, 2, 3, 4])
    expect(stepsOf(0, 5)).toEqual([])
  })

  it('never become more than they may, and keep the first and the last', () => {
    for (let count = 1; count <= 400; count++) {
      const steps = stepsOf(count, 10)
      expect(steps.length).toBeLessThanOrEqual(10)
      expect([steps[0], steps.at(-1)]).toEqual([1, count])
    }
  })

  it('are spread evenly, whatever the length of the run', () => {
    const steps = stepsOf(1000, 20)
    const gaps = new Set(steps.slice(1, -1).map((step, index) => step - steps[index]!))
    expect(gaps).toEqual(new Set([64]))
  })

  it('come in their order, none twice', () => {
    for (const count of [7, 8, 9, 16, 17, 33]) {
      const steps = stepsOf(count, 8)
      expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
    }
  })

  it('are handed out as a list of its own', () => {
    const history = new LossHistory()
    history.add(sample(1))
    history.samples.pop()
    expect(history.samples).toHaveLength(1)
  })
})
