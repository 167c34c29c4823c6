import { describe, expect, it } from 'vitest'
import { aProgress } from '../../../../tests/support/job-values.ts'
import type { JobProgress, JobStatus } from '../../../shared/contract/studio.ts'
import { assertMay, nextStatus, type JobEvent } from './job-status.ts'

const device = { id: 'cpu', name: 'CPU', usable: true, note: '' } as const
const progress: JobProgress = aProgress(1, { totalSteps: 2 })

describe('what a person may ask of a job', () => {
  it('is refused in words that say how the job stands', () => {
    const status: JobStatus = { state: 'running', progress: null, device: null }
    expect(() => assertMay('resume', { name: 'lake', status })).toThrow(
      '"lake" is being painted, not paused.',
    )
  })
})

const events: JobEvent[] = [
  { type: 'begin' },
  { type: 'pause' },
  { type: 'resume' },
  { type: 'device', device },
  { type: 'progress', progress },
  { type: 'end', status: { state: 'done', resultId: 'r' } },
]

describe('what happens to a job', () => {
  it('is refused where it cannot happen', () => {
    expect(() => nextStatus({ state: 'done', resultId: 'r' }, { type: 'pause' })).toThrow(
      'A job that is done cannot pause.',
    )
  })

  it('leads from the queue to the result', () => {
    const stations = events.reduce<JobStatus[]>(
      (all, event) => [...all, nextStatus(all.at(-1)!, event)],
      [{ state: 'queued' }],
    )
    expect(stations.map(({ state }) => state)).toEqual([
      ...['queued', 'running', 'paused', 'running', 'running', 'running', 'done'],
    ])
  })

  it('keeps device and progress through a pause', () => {
    const running: JobStatus = { state: 'running', progress, device }
    const paused = nextStatus(running, { type: 'pause' })
    expect(paused).toEqual({ state: 'paused', progress, device })
    expect(nextStatus(paused, { type: 'resume' })).toEqual(running)
  })

  it('changes no status that was handed out', () => {
    const running: JobStatus = Object.freeze({ state: 'running', progress: null, device: null })
    nextStatus(running, { type: 'progress', progress })
    expect(running).toEqual({ state: 'running', progress: null, device: null })
  })
})
