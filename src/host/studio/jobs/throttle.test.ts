import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Throttle } from './throttle.ts'

let act: ReturnType<typeof vi.fn<() => void>>
let throttle: Throttle

beforeEach(() => {
  vi.useFakeTimers()
  act = vi.fn<() => void>()
  throttle = new Throttle(100, act)
})
afterEach(() => vi.useRealTimers())

describe('a throttle', () => {
  it('acts at once after a rest', () => {
    throttle.ask()
    expect(act).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(100)
    throttle.ask()
    expect(act).toHaveBeenCalledTimes(2)
  })

  it('acts once for all that is asked in its time, when that is over', () => {
    for (let i = 0; i < 5; i++) throttle.ask()
    vi.advanceTimersByTime(99)
    expect(act).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1)
    expect(act).toHaveBeenCalledTimes(2)
  })

  it('does nothing that was not asked', () => {
    throttle.ask()
    vi.advanceTimersByTime(1000)
    expect(act).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('never acts more often than it may', () => {
    for (let ms = 0; ms < 1000; ms += 10) {
      throttle.ask()
      vi.advanceTimersByTime(10)
    }
    expect(act.mock.calls.length).toBeLessThanOrEqual(11)
    expect(act.mock.calls.length).toBeGreaterThanOrEqual(10)
  })

  it('does what is due when it is flushed, once, and leaves no timer', () => {
    throttle.ask()
    throttle.ask()
    throttle.flush()
    throttle.flush()
    expect(act).toHaveBeenCalledTimes(2)
    expect(vi.getTimerCount()).toBe(0)
  })
})
