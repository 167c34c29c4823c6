import { describe, expect, it } from 'vitest'
import { anOrder } from '../../../../tests/studio/support/orders.ts'
import { restoredEntries } from './restored-entries.ts'

const ids = [1, 2, 3].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`)
const order = anOrder()
const error = { code: 'diverged', message: 'It diverged.', hint: '' }

describe('the queue of the last time', () => {
  it('waits in its order', () => {
    const saved = ids.map((id) => ({ id, order, status: { state: 'queued', isToGoOn: false } as const }))
    const { waiting, failed } = restoredEntries(saved, () => false)
    expect(waiting.map(({ id, status }) => [id, status.state])).toEqual(ids.map((id) => [id, 'queued']))
    expect(failed).toEqual([])
  })

  it('has the job that was at work among the failed, with what was recovered of its picture', () => {
    const atWork = { id: ids[0]!, order, status: { state: 'atWork', resultId: ids[2]! } as const }
    const [kept] = restoredEntries([atWork], (id) => id === ids[2]).failed
    expect(kept?.status).toMatchObject({
      state: 'failed',
      resultId: ids[2],
      error: { code: 'engine-lost', message: 'Interrupted when Pastiche closed.' },
    })
    const [lost] = restoredEntries([atWork], () => false).failed
    expect(lost?.status).toMatchObject({ state: 'failed', resultId: null })
  })

  it('keeps why a job failed, and names no result that is gone', () => {
    const saved = [{ id: ids[0]!, order, status: { state: 'failed', error, resultId: ids[2]! } as const }]
    const { failed } = restoredEntries(saved, () => false)
    expect(failed[0]?.status).toEqual({ state: 'failed', error, resultId: null })
  })
})
