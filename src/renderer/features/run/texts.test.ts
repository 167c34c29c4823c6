import { describe, expect, it } from 'vitest'
import type { Forecast } from '../../state/jobs.svelte.ts'
import { forecastText, forecastWarnings } from './forecast-text.ts'
import { stepText, timeText } from './progress-text.ts'

const forecast: Forecast = {
  plan: {
    scales: [
      { widthPx: 128, heightPx: 85, steps: 100, stepFlop: 1, memoryBytes: 1 },
      { widthPx: 512, heightPx: 341, steps: 100, stepFlop: 1, memoryBytes: 1 },
    ],
    totalFlop: 1,
    peakMemoryBytes: 900e6,
    notice: null,
  },
  device: { id: 'cpu', name: 'CPU', usable: true, note: '' },
  freeMemoryBytes: 4e9,
  estimatedMs: 42_000,
  fits: true,
  options: [],
  notices: [],
}
const progress = {
  scale: { index: 1, count: 4, widthPx: 128, heightPx: 85 },
  step: 31,
  steps: 96,
  totalStep: 200,
  totalSteps: 360,
  part: 0.25,
  loss: { total: 1, content: 1, style: 0, variation: 0, layers: {} },
  elapsedMs: 65_000,
  remainingMs: 180_000,
}

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
    expect(stepText({ ...progress, scale: { ...progress.scale, index: 0, count: 1 } })).toBe(
      'Step 31 of 96 · 128 × 85 px',
    ))

  it('tells what is past and what is left', () =>
    expect(timeText(progress)).toBe('1 min 5 s · about 3 min left'))

  it('leaves out what nobody knows yet', () =>
    expect(timeText({ ...progress, remainingMs: null })).toBe('1 min 5 s'))
})
