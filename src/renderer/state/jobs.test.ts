import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { atWork, FakeConnection, fakeJob, fakeProgress } from './fake-connection.ts'
import { isAtWork, isEnded, JobsState, liveNames } from './jobs.svelte.ts'

const sample = (totalStep: number) => ({ totalStep, total: 1, content: 1, style: 1, variation: 0 })
const done = { state: 'done', resultId: '00000000-0000-4000-9000-000000000001' } as const

let line: FakeConnection
let jobs: JobsState
beforeEach(() => {
  vi.stubGlobal('document', { hidden: false })
  line = new FakeConnection()
  line.answers = { job: { job: fakeJob(atWork), samples: [] } }
  jobs = new JobsState(line.connection)
})
afterEach(() => vi.unstubAllGlobals())

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

describe('the list', () => {
  it('parts into at work, queued and ended', () => {
    const list = [fakeJob(atWork), fakeJob({ state: 'queued' }), fakeJob(done)]
    jobs.load(list)
    expect(jobs.atWork).toBe(list[0])
    expect(jobs.queued).toEqual([list[1]])
    expect(jobs.ended).toEqual([list[2]])
    expect(list.map(isAtWork)).toEqual([true, false, false])
    expect(list.map(isEnded)).toEqual([false, false, true])
  })
})

describe('the eye', () => {
  it('finds the job at work when the window opens', async () => {
    const job = fakeJob(atWork)
    jobs.load([fakeJob(done), job])
    await settled()
    expect(jobs.selectedId).toBe(job.id)
    expect(line.inputsOf('watch')).toEqual([{ jobId: job.id }])
  })

  it('follows the work to the next job when the one before has ended', async () => {
    const [first, second] = [fakeJob(atWork), fakeJob({ state: 'queued' })]
    jobs.load([first, second])
    line.emit('jobs', [
      { ...second, status: atWork },
      { ...first, status: done },
    ])
    await settled()
    expect(jobs.selectedId).toBe(second.id)
  })

  it('stays on an earlier job that someone looks at while it is still painted', async () => {
    const [first, second] = [fakeJob({ state: 'queued' }), fakeJob({ state: 'queued' })]
    jobs.load([first, second])
    await jobs.select(first.id)
    line.emit('jobs', [{ ...second, status: atWork }, first])
    await settled()
    expect(jobs.selectedId).toBe(first.id)
  })

  it('is not painted for while the window is hidden', async () => {
    vi.stubGlobal('document', { hidden: true })
    await jobs.select('00000000-0000-4000-8000-000000000009')
    expect(line.inputsOf('watch')).toEqual([{ jobId: null }])
  })

  it('does not take the samples of a job that it has left meanwhile', async () => {
    line.answers = { job: { job: fakeJob(atWork), samples: [sample(1)] } }
    const first = jobs.select('00000000-0000-4000-8000-000000000001')
    await Promise.all([first, jobs.select(null)])
    expect(jobs.samples).toEqual([])
  })
})

describe('progress', () => {
  it('is kept of the selected job', async () => {
    const job = fakeJob(atWork)
    jobs.load([job])
    await settled()
    line.emit('progress', { jobId: job.id, progress: fakeProgress(5), samples: [sample(5)] })
    expect(jobs.progress?.detail.totalStep).toBe(5)
    expect(jobs.samples).toEqual([sample(5)])
  })

  it('of the running job is known while another is selected', async () => {
    const [working, ended] = [fakeJob(atWork), fakeJob(done)]
    jobs.load([working, ended])
    await jobs.select(ended.id)
    line.emit('progress', { jobId: working.id, progress: fakeProgress(7), samples: [sample(7)] })
    expect(jobs.atWorkProgress?.detail.totalStep).toBe(7)
    expect(jobs.samples).toEqual([])
  })

  it('keeps at most two thousand samples, and the last of them always', async () => {
    const job = fakeJob(atWork)
    jobs.load([job])
    await settled()
    for (let from = 0; from < 9000; from += 100) {
      const samples = Array.from({ length: 100 }, (_, i) => sample(from + i + 1))
      line.emit('progress', { jobId: job.id, progress: fakeProgress(from), samples })
      expect(jobs.samples.length).toBeLessThanOrEqual(2000)
      expect(jobs.samples.at(-1)?.totalStep).toBe(from + 100)
    }
    const steps = jobs.samples.map(({ totalStep }) => totalStep)
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    expect(steps[0]).toBe(1)
    expect(steps.length).toBeGreaterThan(900)
  })
})

describe('what is told aloud', () => {
  it('is nothing when the window opens', () => {
    jobs.load([fakeJob(done), fakeJob(atWork)])
    expect(jobs.news).toBe('')
  })

  it('is how a job ended, also where that was while the line was lost', () => {
    const job = fakeJob(atWork, { name: 'Harbour' })
    jobs.load([job])
    jobs.load([{ ...job, status: done }])
    expect(jobs.news).toBe('Harbour is done.')
  })
})

it('knows which sliders move while a job runs', () =>
  expect(liveNames.sort()).toEqual([
    'contentLayers',
    'contentWeight',
    'styleLayers',
    'styleWeight',
    'tvWeight',
  ]))
