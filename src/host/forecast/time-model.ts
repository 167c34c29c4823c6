import type { Calibration, Plan } from '../../shared/contract/engine.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'

type Optimizing = Pick<Parameters, 'optimizer' | 'history' | 'lineSearch'>

/** A step of L-BFGS goes over each remembered pair of vectors twice, reading both. */
const passesOfPair = 4
/** A line search looks at one more point, as a rule. */
const evaluationsOfSearch = 2

/**
 * How long a job takes, from the time of a step at two sizes: what grows with the operations of a step, and what is the same for
 * each. Scales begin with a set-up of their own.
 */
export function estimateMs(
  { scales }: Plan,
  { points, nsPerElement }: Calibration,
  { optimizer, history, lineSearch }: Optimizing,
): number {
  const stepMs = lineThrough(points.map(({ stepFlop, stepMs }) => [stepFlop, stepMs]))
  const setupMs = lineThrough(points.map(({ stepFlop, setupMs }) => [stepFlop, setupMs]))
  const evaluations = optimizer === 'lbfgs' && lineSearch === 'strong-wolfe' ? evaluationsOfSearch : 1
  let totalMs = 0
  for (const { stepFlop, steps, widthPx, heightPx } of scales) {
    if (steps === 0) continue
    totalMs += setupMs(stepFlop) + steps * evaluations * stepMs(stepFlop)
    if (optimizer !== 'lbfgs') continue
    const pairPasses = passesOfPair * pairsMet(steps, history)
    totalMs += (pairPasses * 3 * widthPx * heightPx * nsPerElement) / 1e6
  }
  return totalMs
}

/** Over all steps, how many pairs are remembered: they become more with each step, up to the history. */
function pairsMet(steps: number, history: number): number {
  const growing = Math.min(steps, history)
  return (growing * (growing - 1)) / 2 + Math.max(0, steps - history) * history
}

/** Through two points, never below 0; a second point that is no higher than the first says nothing but the speed of both. */
function lineThrough(points: readonly (readonly [number, number])[]): (x: number) => number {
  const [[x1, y1], [x2, y2]] = points as [[number, number], [number, number]]
  const slope = Math.max(0, (y2 - y1) / (x2 - x1))
  return (x) => Math.max(0, y2 + slope * (x - x2))
}
