import { describe, expect, it } from 'vitest'
import type { JobProgress, JobStatus } from '../../../shared/contract/studio.ts'
import { assertMay, isAtWork, isEnded, nextStatus, type JobEvent, type JobWish } from './job-status.ts'

const device = { id: 'cpu', name: 'CPU', usable: true, note: '' } as const
const error = { code: 'diverged', message: 'It diverged.', hint: '' }
const progress: JobProgress = {
  scale: { index: 0, count: 1, widthPx: 8, heightPx: 8 },
  ...{ step: 1, steps: 2, totalStep: 1, totalSteps: 2, part: 0.5, elapsedMs: 5, remainingMs: 5 },
  loss: { total: 1, content: 1, style: 0, variation: 0, layers: {} },
}

const statuses: JobStatus[] = [
  { state: 'queued' },
  { state: 'running', progress: null, device: null },
  { state: 'paused', progress, device },
  { state: 'done', resultId: 'r' },
  { state: 'stopped', resultId: null },
  { state: 'failed', error, resultId: null },
]
const atWork = ['running', 'paused']
const ended = ['done', 'stopped', 'failed']

const allowed: Record<JobWish, string[]> = {
  pause: ['running'],
  resume: ['paused'],
  stop: ['queued', ...atWork],
  reweight: ['queued', ...atWork],
  move: ['queued'],
  restart: ended,
  dismiss: ended,
}

describe('what a person may ask of a job', () => {
  const cases = (Object.keys(allowed) as JobWish[]).flatMap((wish) =>
    statuses.map((status) => [wish, status.state, status] as const),
  )
  it.each(cases)('%s, of one that is %s', (wish, state, status) => {
    const ask = (): void => assertMay(wish, { name: 'lake', status })
    if (allowed[wish].includes(state)) expect(ask).not.toThrow()
    else {
      const code = ended.includes(state) ? 'unknown-job' : 'wrong-job-state'
      expect(ask).toThrow(expect.objectContaining({ name: 'PasticheError', code }))
      expect(ask).toThrow(/^"lake" is .*, not .*\.$/)
    }
  })

  it('is refused in words that say how the job stands', () => {
    expect(() => assertMay('resume', { name: 'lake', status: statuses[1]! })).toThrow(
      '"lake" is being painted, not paused.',
    )
  })
})

const happens: Record<JobEvent['type'], string[]> = {
  begin: ['queued'],
  pause: ['running'],
  resume: ['paused'],
  device: atWork,
  progress: atWork,
  end: atWork,
}
const events: JobEvent[] = [
  { type: 'begin' },
  { type: 'pause' },
  { type: 'resume' },
  { type: 'device', device },
  { type: 'progress', progress },
  { type: 'end', status: { state: 'done', resultId: 'r' } },
]

describe('what happens to a job', () => {
  const cases = events.flatMap((event) =>
    statuses.map((status) => [event.type, status.state, event, status] as const),
  )
  it.each(cases)('%s, to one that is %s', (type, state, event, status) => {
    const happen = (): JobStatus => nextStatus(status, event)
    if (happens[type].includes(state)) expect(happen).not.toThrow()
    else expect(happen).toThrow(/^A job that is .* cannot /)
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

describe('a status', () => {
  it('is at work or ended or neither', () => {
    expect(statuses.filter(isAtWork).map(({ state }) => state)).toEqual(atWork)
    expect(statuses.filter(isEnded).map(({ state }) => state)).toEqual(ended)
  })
})
