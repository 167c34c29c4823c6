import type { Calibration } from '../../shared/contract/engine.ts'
import type { Plan } from '../../shared/contract/job.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'

type Settings = Pick<Parameters, 'optimizer' | 'history' | 'lineSearch' | 'styleScale'>

/** A step of L-BFGS reads both vectors of each remembered pair twice. */
const passesOfPair = 4
/** A line search looks at one more point, as a rule. */
const evaluationsOfSearch = 2
/** A step goes through the network forwards and back again; the targets of a scale only forwards, those of the content not as deep. */
const forwardShare = { style: 0.5, content: 0.25 }
/** Larger canvases no longer fit into the caches: the time grows with the operations to the power of 1.05 (bench/forecast.ts). */
const growth = 0.05

/**
 * How long a job takes, from the time of a step at two sizes: what grows with the operations of a step, and what is the same for
 * each. Scales begin with a set-up of their own: making the session, and the targets of the content and of each style.
 *
 * @param styles how many style pictures it has
 */
export function estimateMs(
  { detail: { scales } }: Pick<Plan, 'detail'>,
  { points, nsPerElement }: Calibration,
  { optimizer, history, lineSearch, styleScale }: Settings,
  styles: number,
): number {
  const stepMs = stepTime(points)
  const sessionMs = average(
    points.map((point) => Math.max(0, point.setupMs - targetShare(1, 1) * point.stepMs)),
  )
  const evaluations = optimizer === 'lbfgs' && lineSearch === 'strong-wolfe' ? evaluationsOfSearch : 1
  let totalMs = 0
  for (const { stepFlop, steps, widthPx, heightPx } of scales) {
    if (steps === 0) continue
    totalMs += sessionMs + (steps * evaluations + targetShare(styles, styleScale)) * stepMs(stepFlop)
    if (optimizer !== 'lbfgs') continue
    const pairPasses = passesOfPair * pairsMet(steps, history)
    totalMs += (pairPasses * 3 * widthPx * heightPx * nsPerElement) / 1e6
  }
  return totalMs
}

/** Time of a step. */
function targetShare(styles: number, styleScale: number): number {
  return styles * styleScale ** 2 * forwardShare.style + forwardShare.content
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Over all steps, how many pairs are remembered: they become more with each step, up to the history. */
function pairsMet(steps: number, history: number): number {
  const growing = Math.min(steps, history)
  return (growing * (growing - 1)) / 2 + Math.max(0, steps - history) * history
}

/** Through two points, never below 0; a second point that is no higher than the first says nothing but the speed of both. */
function stepTime(points: Calibration['points']): (flop: number) => number {
  const [small, large] = points as [(typeof points)[0], (typeof points)[0]]
  const slope = Math.max(0, (large.stepMs - small.stepMs) / (large.stepFlop - small.stepFlop))
  return (flop) => {
    const ms = Math.max(0, large.stepMs + slope * (flop - large.stepFlop))
    return ms * Math.max(1, flop / large.stepFlop) ** growth
  }
}
