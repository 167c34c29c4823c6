import { describe, expect, it } from 'vitest'
import { anOrder } from '../../../../tests/studio/support/orders.ts'
import { aProgress } from '../../../../tests/support/job-values.ts'
import type { Progress } from '../../../shared/contract/job.ts'
import { studioJob } from '../../../shared/contract/studio.ts'
import { Tickets } from '../tickets.ts'
import { StudioEntry } from './studio-entry.ts'

const id = '00000000-0000-4000-8000-000000000001'
const resultId = '00000000-0000-4000-8000-000000000002'
const error = { code: 'diverged', message: 'It diverged.', hint: '' }
const progress = (totalStep: number): Progress => ({
  jobId: 'of the engine',
  ...aProgress(totalStep, { totalSteps: 9 }),
})

function atWork(): StudioEntry {
  const entry = new StudioEntry(id, anOrder())
  entry.tell({ type: 'begin' })
  return entry
}

describe('a job of the queue', () => {
  it('is shown as the contract says, without a path', () => {
    const entry = atWork()
    entry.take(progress(1))
    const shown = entry.toStudioJob(new Tickets())
    expect(studioJob.safeParse({ canGoOn: false, ...shown }).success).toBe(true)
    expect(JSON.stringify(shown)).not.toContain('/photos/')
    expect(shown).toMatchObject({ id, name: 'lake × waves', status: { state: 'running' } })
  })

  it('tells each loss once', () => {
    const entry = atWork()
    expect(entry.news()).toBeNull()
    entry.take(progress(1))
    entry.take(progress(2))
    expect(entry.news()).toMatchObject({
      jobId: id,
      progress: { detail: { totalStep: 2 } },
      samples: [
        { totalStep: 1, total: 1 },
        { totalStep: 2, total: 0.5 },
      ],
    })
    expect(entry.news()).toBeNull()
    expect(entry.history.samples).toHaveLength(2)
  })

  it('is saved as long as it is to be painted, or failed', () => {
    const entry = new StudioEntry(id, anOrder())
    expect(entry.toSaved()?.status).toEqual({ state: 'queued', isToGoOn: false })
    entry.tell({ type: 'begin' })
    entry.resultId = resultId
    expect(entry.toSaved()?.status).toEqual({ state: 'atWork', resultId })
    entry.tell({ type: 'pause' })
    expect(entry.toSaved()?.status).toEqual({ state: 'atWork', resultId })
    entry.tell({ type: 'end', status: { state: 'failed', error, resultId: null } })
    expect(entry.toSaved()?.status).toEqual({ state: 'failed', error, resultId: null })
  })

  it.each([
    { state: 'done', resultId },
    { state: 'stopped', resultId: null },
  ] as const)('is not saved once it is $state', (status) => {
    const entry = atWork()
    entry.tell({ type: 'end', status })
    expect(entry.toSaved()).toBeNull()
  })
})
