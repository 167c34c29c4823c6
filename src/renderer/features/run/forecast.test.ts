import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PasticheError } from '../../../shared/errors.ts'
import type { JobRequest } from '../../../shared/contract/studio.ts'
import type { Forecast } from '../../state/jobs.svelte.ts'
import { ForecastState } from './forecast.svelte.ts'

// Their content does not matter here.
const request = (seed: number) => ({ parameters: { seed } }) as JobRequest
const answer = (estimatedMs: number) => ({ estimatedMs }) as Forecast

const ask = vi.fn<(request: JobRequest, signal: AbortSignal) => Promise<Forecast>>()
let forecast: ForecastState
beforeEach(() => {
  vi.useFakeTimers()
  ask.mockReset()
  forecast = new ForecastState({ forecast: ask })
})
afterEach(() => vi.useRealTimers())

describe('the forecast', () => {
  it('is asked for once, when the sliders have come to rest', async () => {
    ask.mockResolvedValue(answer(1))
    for (let seed = 1; seed <= 5; seed++) {
      forecast.ask(request(seed))
      await vi.advanceTimersByTimeAsync(100)
    }
    await vi.advanceTimersByTimeAsync(1000)
    expect(ask).toHaveBeenCalledOnce()
    expect(ask.mock.calls[0]![0]).toEqual(request(5))
    expect(forecast.answer).toEqual(answer(1))
    expect(forecast.isAsking).toBe(false)
  })

  it('cancels a question that is out of date, and never shows its answer', async () => {
    let late: (forecast: Forecast) => void = () => undefined
    ask.mockReturnValueOnce(new Promise((resolve) => (late = resolve))).mockResolvedValueOnce(answer(2))
    forecast.ask(request(1))
    await vi.advanceTimersByTimeAsync(400)
    forecast.ask(request(2))
    expect(ask.mock.calls[0]![1].aborted).toBe(true)
    await vi.advanceTimersByTimeAsync(400)
    late(answer(1))
    await vi.advanceTimersByTimeAsync(1)
    expect(forecast.answer).toEqual(answer(2))
  })

  it('tells what is wrong instead', async () => {
    ask.mockRejectedValue(new PasticheError('picture-too-small', 'The photo is too small.'))
    forecast.ask(request(1))
    await vi.advanceTimersByTimeAsync(400)
    expect(forecast.problem?.message).toBe('The photo is too small.')
    expect(forecast.answer).toBeNull()
  })

  it('is forgotten where there is nothing to forecast', async () => {
    ask.mockResolvedValue(answer(1))
    forecast.ask(request(1))
    await vi.advanceTimersByTimeAsync(400)
    forecast.ask(null)
    expect(forecast.answer).toBeNull()
    expect(forecast.isAsking).toBe(false)
  })
})
