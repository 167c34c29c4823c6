import type { Plan, Progress } from '../../src/shared/contract/job.ts'

type Scale = Plan['detail']['scales'][number]

/** A plan of these scales; of each, what is left out is 1. */
export function aPlan(scales: readonly Partial<Scale>[], changes: Partial<Plan> = {}): Plan {
  const whole = scales.map((scale) => ({
    ...{ widthPx: 64, heightPx: 48, steps: 1, stepFlop: 1, memoryBytes: 1 },
    ...scale,
  }))
  const { widthPx, heightPx } = whole.at(-1)!
  return {
    ...{ widthPx, heightPx, peakMemoryBytes: 1, notice: null },
    totalSteps: whole.reduce((sum, { steps }) => sum + steps, 0),
    totalFlop: whole.reduce((sum, { steps, stepFlop }) => sum + steps * stepFlop, 0),
    longestStepFlop: Math.max(...whole.map(({ stepFlop }) => stepFlop)),
    detail: { method: 'optimise', scales: whole },
    ...changes,
  }
}

/** Progress at a step of a job with a single scale. */
export function aProgress(
  totalStep: number,
  { totalSteps = 10, ...changes }: Partial<Progress> & { totalSteps?: number } = {},
): Omit<Progress, 'jobId'> {
  return {
    ...{ part: totalStep / totalSteps, elapsedMs: totalStep * 100, remainingMs: null },
    detail: {
      method: 'optimise',
      scale: { index: 0, count: 1, widthPx: 64, heightPx: 48 },
      ...{ step: totalStep, steps: totalSteps, totalStep, totalSteps },
      loss: { total: 1 / totalStep, content: 1, style: 2, variation: 3, layers: {} },
    },
    ...changes,
  }
}
