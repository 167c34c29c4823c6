import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parameters, type PartialParameters } from '../../../shared/contract/parameters.ts'
import { mergeParameters } from '../../../shared/merge-parameters.ts'
import type { StudioState } from '../../state/studio.svelte.ts'
import { DraftState } from '../../state/draft.svelte.ts'
import { ParametersState } from './parameters-state.svelte.ts'

const control = vi.fn(() => Promise.resolve(null))
const steer = (parameters: PartialParameters) => [
  'job',
  { kind: 'steer', steering: { method: 'optimise', parameters } },
]

function panelWith(job: PartialParameters | null): ParametersState {
  const draft = new DraftState(
    () => [],
    () => undefined,
  )
  const atWork = job === null ? null : { id: 'job', parameters: mergeParameters(job) }
  return new ParametersState({
    draft,
    jobs: { atWork, control },
    attempt: <T>(work: () => Promise<T>) => work(),
  } as unknown as StudioState)
}

describe('the panel while a job is at work', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    control.mockClear()
  })
  afterEach(() => void vi.useRealTimers())

  it('moves the job with its weights, and with nothing else', () => {
    const panel = panelWith({})
    panel.set('contentWeight', 0.5)
    panel.set('sizePx', 256)
    expect(control.mock.calls).toEqual([steer({ contentWeight: 0.5 })])
    expect(panel.values.sizePx).toBe(256)
  })

  it('sends two weights that moved within one rest together', async () => {
    const panel = panelWith({})
    panel.set('contentWeight', 0.5)
    panel.set('contentWeight', 0.6)
    panel.set('tvWeight', 2)
    await vi.advanceTimersByTimeAsync(1000)
    expect(control.mock.calls).toEqual([
      steer({ contentWeight: 0.5 }),
      steer({ contentWeight: 0.6, tvWeight: 2 }),
    ])
  })

  it('moves it back by a reset', async () => {
    const panel = panelWith({})
    panel.set('tvWeight', 2)
    panel.reset('tvWeight')
    await vi.advanceTimersByTimeAsync(1000)
    expect(control.mock.calls.at(-1)).toEqual(steer({ tvWeight: parameters.parse({}).tvWeight }))
  })

  it('leaves a job alone whose weights mean something else', () => {
    const panel = panelWith({ statistic: 'covariance' })
    expect(panel.isLive('contentWeight')).toBe(false)
    panel.set('contentWeight', 0.5)
    expect(control).not.toHaveBeenCalled()
  })

  it('says where the job is painted with another weight, until it is moved', () => {
    const panel = panelWith({ contentWeight: 0.2 })
    expect(panel.paintedWith('contentWeight')).toBe(0.2)
    panel.set('contentWeight', 0.5)
    expect(panel.paintedWith('contentWeight')).toBeNull()
  })

  it('has nothing live where nothing is painted', () => {
    expect(panelWith(null).isLive('contentWeight')).toBe(false)
  })

  it('does not take what the schema refuses', () => {
    const panel = panelWith(null)
    panel.change('sizePx', 5)
    panel.change('optimizer', 'sgd')
    expect(panel.isChanged('sizePx')).toBe(false)
    expect(panel.isChanged('optimizer')).toBe(false)
  })
})
