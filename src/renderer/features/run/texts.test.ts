import { describe, expect, it } from 'vitest'
import type { Forecast } from '../../state/jobs.svelte.ts'
import { aPlan, aProgress } from '../../../../tests/support/job-values.ts'
import type { JobProgress } from '../../../shared/contract/studio.ts'
import { forecastText, forecastWarnings } from './forecast-text.ts'
import { stepText, timeText } from './progress-text.ts'

const forecast: Forecast = {
  plan: aPlan([{ widthPx: 128 }, { widthPx: 512, heightPx: 341 }], { peakMemoryBytes: 900e6 }),
  device: { id: 'cpu', name: 'CPU', usable: true, note: '' },
  freeMemoryBytes: 4e9,
  estimatedMs: 42_000,
  fits: true,
  options: [],
  notices: [],
}
const { detail } = aProgress(31, { totalSteps: 96 })
const progress: JobProgress = {
  ...{ part: 0.25, elapsedMs: 65_000, remainingMs: 180_000 },
  detail: { ...detail, scale: { index: 1, count: 4, widthPx: 128, heightPx: 85 } },
}
const single = { ...detail, scale: { index: 0, count: 1, widthPx: 128, heightPx: 85 } }

describe('the forecast', () => {
  it('tells size, time, memory and device', () =>
    expect(forecastText(forecast)).toBe('512 × 341 px · about 40 s · 900 MB of memory · CPU'))

  it('promises no time before this computer has painted once', () =>
    expect(forecastText({ ...forecast, estimatedMs: null })).toBe('512 × 341 px · 900 MB of memory · CPU'))

  it('warns where memory is short, and passes on what the host says', () => {
    const short = { ...forecast, fits: false, freeMemoryBytes: 500e6, notices: ['Lowered.'] }
    expect(forecastWarnings(short)).toEqual([
      'This needs about 900 MB of memory; only 500 MB is free.',
      'Lowered.',
    ])
  })

  it('has no warning where there is enough', () => expect(forecastWarnings(forecast)).toEqual([]))
})

describe('the progress', () => {
  it('tells scale, step and size', () =>
    expect(stepText(progress)).toBe('Scale 2 of 4 · step 31 of 96 · 128 × 85 px'))

  it('leaves the scale out where there is one alone', () =>
    expect(stepText({ ...progress, detail: single })).toBe('Step 31 of 96 · 128 × 85 px'))

  it('tells what is past and what is left', () =>
    expect(timeText(progress)).toBe('1 min 5 s · about 3 min left'))

  it('leaves out what nobody knows yet', () =>
    expect(timeText({ ...progress, remainingMs: null })).toBe('1 min 5 s'))
})
