import type { DeviceInfo } from '../../../shared/contract/device.ts'
import type { JobProgress, JobStatus } from '../../../shared/contract/studio.ts'
import { assertNever } from '../../../shared/assert.ts'
import { PasticheError } from '../../../shared/errors.ts'

export type JobState = JobStatus['state']
export type EndedStatus = Extract<JobStatus, { state: 'done' | 'stopped' | 'failed' }>

const atWork = ['running', 'paused'] as const
const ended = ['done', 'stopped', 'failed'] as const

/** Requests that a person can make of a job, and when. */
const wishes = {
  pause: ['running'],
  resume: ['paused'],
  stop: ['queued', ...atWork],
  steer: ['queued', ...atWork],
  move: ['queued'],
  restart: ended,
  dismiss: ended,
} as const satisfies Record<string, readonly JobState[]>
export type JobWish = keyof typeof wishes

/** Events of a job. */
export type JobEvent =
  | { readonly type: 'begin' | 'pause' | 'resume' }
  | { readonly type: 'device'; readonly device: DeviceInfo }
  | { readonly type: 'progress'; readonly progress: JobProgress }
  | { readonly type: 'end'; readonly status: EndedStatus }

/** When it can happen; anything else is a fault in Pastiche. */
const happenings = {
  begin: ['queued'],
  pause: ['running'],
  resume: ['paused'],
  device: atWork,
  progress: atWork,
  end: atWork,
} as const satisfies Record<JobEvent['type'], readonly JobState[]>

const inWords: Record<JobState, string> = {
  queued: 'still in the queue',
  running: 'being painted',
  paused: 'paused',
  done: 'done',
  stopped: 'stopped',
  failed: 'failed',
}

export function isEnded(status: JobStatus): status is EndedStatus {
  return includes(ended, status.state)
}

export function isAtWork(status: JobStatus): status is Extract<JobStatus, { state: 'running' | 'paused' }> {
  return includes(atWork, status.state)
}

/** @throws PasticheError `unknown-job` for one that has ended already, else `wrong-job-state` */
export function assertMay(wish: JobWish, { name, status }: { name: string; status: JobStatus }): void {
  const states: readonly JobState[] = wishes[wish]
  if (states.includes(status.state)) return
  const expected = states.map((state) => inWords[state]).join(' or ')
  const message = `"${name}" is ${inWords[status.state]}, not ${expected}.`
  throw new PasticheError(isEnded(status) ? 'unknown-job' : 'wrong-job-state', message)
}

/** The status after an event; pure. */
export function nextStatus(status: JobStatus, event: JobEvent): JobStatus {
  if (!includes(happenings[event.type], status.state))
    throw new Error(`A job that is ${inWords[status.state]} cannot ${event.type}.`)
  const work = isAtWork(status) ? status : { progress: null, device: null }
  const { progress, device } = work
  switch (event.type) {
    case 'begin':
    case 'resume':
      return { state: 'running', progress, device }
    case 'pause':
      return { state: 'paused', progress, device }
    case 'device':
      return isAtWork(status) ? { ...status, device: event.device } : status
    case 'progress':
      return isAtWork(status) ? { ...status, progress: event.progress } : status
    case 'end':
      return event.status
    default:
      return assertNever(event)
  }
}

function includes(states: readonly JobState[], state: JobState): boolean {
  return states.includes(state)
}
