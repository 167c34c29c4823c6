import { aPlan } from '../../tests/support/job-values.ts'
import { optimiseJob } from '../shared/contract/optimise-job.ts'
import { describe, expect, it } from 'vitest'
import { type JobSpec } from '../shared/contract/job.ts'
import type { PartialParameters } from '../shared/contract/parameters.ts'
import { PasticheError } from '../shared/errors.ts'
import { degradeJob, failureKindOf } from './degrade-job.ts'

const jobWith = (
  parameters: PartialParameters = {},
  device: JobSpec['resources']['device'] = 'cpu',
): JobSpec =>
  optimiseJob({
    content: 'photo.jpg',
    styles: [],
    output: { path: 'out.png' },
    parameters,
    resources: { device },
    checkpoint: { path: 'job.checkpoint' },
  })

const plan = aPlan([
  { widthPx: 128, heightPx: 100, steps: 40 },
  { widthPx: 256, heightPx: 200, steps: 20 },
])

const lost = (code: number | null, signal: string | null): PasticheError =>
  new PasticheError('engine-lost', '', { cause: { code, signal, spawnError: null, lastLines: [] } })

describe('why a job has to be tried again', () => {
  it.each([
    ['SIGKILL', 'memory'],
    ['SIGTRAP', 'memory'],
    ['SIGABRT', 'memory'],
    ['SIGSEGV', 'crash'],
    ['SIGTERM', 'crash'],
  ])('after %s is %s', (signal, failureKind) => {
    expect(failureKindOf('engine-lost', lost(null, signal))).toBe(failureKind)
  })

  it('is told from exit codes that stand for a signal too', () => {
    expect(failureKindOf('engine-lost', lost(133, null))).toBe('memory')
    expect(failureKindOf('engine-lost', lost(0xe0000008, null))).toBe('memory')
    expect(failureKindOf('engine-lost', lost(3, null))).toBe('crash')
  })

  it('is want of memory, or a hang, where the engine says so', () => {
    expect(failureKindOf('out-of-memory', null)).toBe('memory')
    expect(failureKindOf('engine-hung', null)).toBe('hang')
  })

  it.each(['diverged', 'weights-missing', 'cancelled', 'connection-closed', 'engine-mismatch'])(
    'is nothing after %s: another try would end as this one did',
    (code) => {
      expect(failureKindOf(code, null)).toBeNull()
    },
  )
})

describe('another try', () => {
  it('after a crash is the same job, from its checkpoint', () => {
    const { job: again, words } = degradeJob(jobWith(), 'crash', 1, plan)
    expect(again).toEqual({ ...jobWith(), checkpoint: { ...jobWith().checkpoint, resume: 'exact' } })
    expect(words).toBe('')
  })

  it('leaves a device that failed twice', () => {
    const gpu = jobWith({}, 'webgpu')
    expect(degradeJob(gpu, 'crash', 1, plan).job.resources.device).toBe('webgpu')
    expect(degradeJob(gpu, 'hang', 2, plan)).toMatchObject({
      job: { resources: { device: 'cpu' } },
      words: 'on the CPU',
    })
  })

  it('for want of memory does without the arena first, and loses nothing', () => {
    const { job: again, words } = degradeJob(jobWith(), 'memory', 1, plan)
    expect(again).toMatchObject({ resources: { arena: false }, checkpoint: { resume: 'exact' } })
    expect(again.method.parameters).toEqual(jobWith().method.parameters)
    expect(words).toBe('taking memory piece by piece')
  })

  it('for want of memory shortens the history of L-BFGS', () => {
    const { job: again, words } = degradeJob(jobWith({ optimizer: 'lbfgs', history: 100 }), 'memory', 1, plan)
    expect(again).toMatchObject({ method: { parameters: { history: 5 } }, checkpoint: { resume: 'adapted' } })
    expect(words).toBe('taking memory piece by piece and with an L-BFGS history of 5')
  })

  it('for want of memory lowers the top scale next, and its steps stay', () => {
    const { job: again, words } = degradeJob(jobWith(), 'memory', 2, plan)
    expect(again.method.parameters).toMatchObject({
      sizePx: 181,
      scales: [
        { sizePx: 128, steps: 40 },
        { sizePx: 181, steps: 20 },
      ],
    })
    expect(again.checkpoint?.resume).toBe('adapted')
    expect(words).toBe('at 181 px instead of 256 px')
  })

  it('stays adapted once it was', () => {
    const { job: lower } = degradeJob(jobWith(), 'memory', 2, plan)
    expect(degradeJob(lower, 'crash', 3, plan).job.checkpoint?.resume).toBe('adapted')
  })
})
