import { describe, expect, it, vi } from 'vitest'
import { RunClock } from './clock.ts'

const left = (steps: number, stepFlop: number): { steps: number; stepFlop: number } => ({ steps, stepFlop })

describe('the time that is left', () => {
  it('is not known before the second step, unless nothing is left', () => {
    const clock = new RunClock()
    expect(clock.remainingMs(left(5, 100), [])).toBeNull()
    clock.stepTook(510, 100)
    expect(clock.remainingMs(left(4, 100), [])).toBeNull()
    expect(clock.remainingMs(left(0, 100), [left(0, 400)])).toBe(0)
  })

  it('does not take the set-up in the first step of a scale for the time of a step, but counts it for each scale to come', () => {
    const clock = new RunClock()
    clock.stepTook(510, 100)
    clock.stepTook(10, 100)
    expect(clock.remainingMs(left(5, 100), [])).toBe(50)
    expect(clock.remainingMs(left(5, 100), [left(2, 100), left(0, 900)])).toBe(50 + 500 + 20)
  })

  it('goes by the middle one of the last steps: some are disturbed', () => {
    const clock = new RunClock()
    for (const ms of [500, 10, 10, 10, 300, 10, 200, 10]) clock.stepTook(ms, 100)
    expect(clock.remainingMs(left(5, 100), [])).toBe(50)
    for (const ms of Array<number>(9).fill(20)) clock.stepTook(ms, 100)
    expect(clock.remainingMs(left(5, 100), [])).toBe(100)
  })

  it('follows the line through two scales, as some of a step is the same for every size', () => {
    const clock = new RunClock()
    for (const ms of [30, 30]) clock.stepTook(ms, 100)
    for (const ms of [60, 60]) clock.stepTook(ms, 400)
    expect(clock.remainingMs(left(0, 400), [left(1, 1600)])).toBeCloseTo(60 + 0.1 * 1200)
  })

  it('grows with the size at least by half, and no faster than it, whatever was measured', () => {
    const [flat, steep] = [new RunClock(), new RunClock()]
    for (const clock of [flat, steep]) for (const ms of [60, 60]) clock.stepTook(clock === flat ? ms : 1, 100)
    for (const clock of [flat, steep]) for (const ms of [40, 40]) clock.stepTook(ms, 400)
    expect(flat.remainingMs(left(0, 400), [left(1, 800)])).toBeCloseTo(40 + 20)
    expect(steep.remainingMs(left(0, 400), [left(1, 800)])).toBeCloseTo(80)
  })

  it('takes the scale before for a measure while the first step of a scale is all there is', () => {
    const clock = new RunClock()
    for (const ms of [10, 10]) clock.stepTook(ms, 100)
    clock.stepTook(900, 400)
    expect(clock.remainingMs(left(2, 400), [])).toBe(80)
  })
})

describe('a computer that slept in the middle of a step', () => {
  it('changes neither the time that the run took nor the time that is left', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      const clock = new RunClock()
      const step = (ms: number): void => {
        vi.advanceTimersByTime(ms)
        clock.stepTook(ms, 100)
      }
      for (const ms of [500, 100, 100]) step(ms)
      step(100 + 3_600_000)
      expect(clock.elapsedMs).toBe(800)
      expect(clock.remainingMs(left(5, 100), [])).toBe(500)
      step(100)
      expect(clock.elapsedMs).toBe(900)
    } finally {
      vi.useRealTimers()
    }
  })

  it('is told from a step that is merely slow', () => {
    const clock = new RunClock()
    for (const ms of [500, 9000, 9000, 40_000, 40_000, 40_000]) clock.stepTook(ms, 100)
    expect(clock.remainingMs(left(1, 100), [])).toBe(40_000)
  })
})
