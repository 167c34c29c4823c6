import { describe, expect, it } from 'vitest'
import type { StudioJob } from '../shared/contract/studio.ts'
import { activityOf } from './activity.ts'
import { LongJobs } from './long-jobs.ts'

function job(status: object, id = 'a'): StudioJob {
  return { id, name: 'Harbour', status } as unknown as StudioJob
}

const progress = { part: 0.3 }

describe('what the system is told of the jobs', () => {
  it('is nothing where none is at work', () => {
    const idle = { isRunning: false, isAtWork: false, isPaused: false, fraction: null }
    expect(activityOf([])).toEqual(idle)
    expect(activityOf([job({ state: 'queued' }), job({ state: 'done', resultId: 'x' })])).toEqual(idle)
  })

  it('is how much of the work is done, once a step was', () => {
    const running = (known: object | null): StudioJob[] => [
      job({ state: 'running', progress: known, device: null }),
    ]
    expect(activityOf(running(progress)).fraction).toBe(0.3)
    expect(activityOf(running(null)).fraction).toBeNull()
  })

  it('says that a paused job is at work, but that the machine may sleep', () => {
    const paused = activityOf([job({ state: 'paused', progress, device: null })])
    expect(paused).toMatchObject({ isAtWork: true, isRunning: false, isPaused: true })
  })
})

describe('long jobs', () => {
  const running = job({ state: 'running', progress: null, device: null })
  const done = job({ state: 'done', resultId: 'x' })

  it('are told of once, when they have ended', () => {
    let now = 0
    const jobs = new LongJobs(() => now)
    expect(jobs.update([running])).toEqual([])
    now = 31_000
    expect(jobs.update([running])).toEqual([])
    expect(jobs.update([done])).toEqual([done])
    expect(jobs.update([done])).toEqual([])
  })

  it('are not those that were short, stopped by the user, or over before the app was started', () => {
    let now = 0
    const jobs = new LongJobs(() => now)
    expect(jobs.update([done])).toEqual([])
    jobs.update([running])
    now = 29_000
    expect(jobs.update([done])).toEqual([])
    jobs.update([running])
    now = 99_000
    expect(jobs.update([job({ state: 'stopped', resultId: null })])).toEqual([])
  })
})
