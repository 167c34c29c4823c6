import type { Progress } from '../../../shared/contract/job.ts'
import type { OptimiseProgress } from '../../../shared/methods/optimise.ts'
import type { Loss } from '../../objective/session.ts'
import type { RunClock } from './clock.ts'
import type { Schedule } from './schedule.ts'

/** Position of a run, and how long it will take. */
export type RunProgress = Omit<OptimiseProgress, 'method'> &
  Pick<Progress, 'part' | 'elapsedMs' | 'remainingMs'>

/** Report after a step. */
export function progressOf(schedule: Schedule, clock: RunClock, loss: Loss): RunProgress {
  const { index, scaleCount, size, step, scale, stepsDone, totalSteps, part, now, later } = schedule
  return {
    scale: { index, count: scaleCount, ...size },
    step,
    steps: scale.steps,
    totalStep: stepsDone,
    totalSteps,
    part,
    loss,
    elapsedMs: clock.elapsedMs,
    remainingMs: clock.remainingMs(now, later),
  }
}
