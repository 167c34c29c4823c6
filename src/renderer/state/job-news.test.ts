import { describe, expect, it } from 'vitest'
import { atWork, fakeJob } from './fake-connection.ts'
import { jobNews } from './job-news.ts'

const result = '00000000-0000-4000-9000-000000000001'
const job = fakeJob(atWork, { name: 'Harbour' })
const error = { code: 'out-of-memory', message: 'There was too little memory.', hint: 'Paint smaller.' }

describe('news of jobs', () => {
  it('is none where nothing but progress has changed', () => expect(jobNews([job], [{ ...job }])).toEqual([]))

  it.each([
    [{ state: 'paused', progress: null, device: null } as const, 'Harbour is paused.'],
    [{ state: 'done', resultId: result } as const, 'Harbour is done.'],
    [{ state: 'stopped', resultId: result } as const, 'Harbour was stopped; the picture was saved.'],
    [{ state: 'stopped', resultId: null } as const, 'Harbour was stopped.'],
    [
      { state: 'failed', error, resultId: null } as const,
      'Harbour failed. There was too little memory. Paint smaller.',
    ],
  ])('tells of %o', (status, text) => expect(jobNews([job], [{ ...job, status }])).toEqual([text]))

  it('distinguishes a job that starts from one that resumes', () => {
    const paused = { ...job, status: { state: 'paused', progress: null, device: null } as const }
    expect(jobNews([paused], [job])).toEqual(['Harbour resumed.'])
    expect(jobNews([], [job])).toEqual(['Painting Harbour.'])
  })
})
