import type { StudioJob } from '../shared/contract/studio.ts'

/** The jobs as the system should know of them. */
export interface Activity {
  /** True while the machine is computing: it should not fall asleep. */
  readonly isRunning: boolean
  /** True where work would be interrupted by quitting. */
  readonly isAtWork: boolean
  /** Progress of the job at work, 0 to 1; null where there is none, or where it is not known yet. */
  readonly fraction: number | null
  readonly isPaused: boolean
}

/** @param jobs in the order of the queue; at most one of them is at work */
export function activityOf(jobs: readonly StudioJob[]): Activity {
  const status = jobs.map((job) => job.status).find(({ state }) => state === 'running' || state === 'paused')
  if (status === undefined) return { isRunning: false, isAtWork: false, isPaused: false, fraction: null }
  return {
    isRunning: status.state === 'running',
    isAtWork: true,
    isPaused: status.state === 'paused',
    fraction: 'progress' in status ? (status.progress?.part ?? null) : null,
  }
}
