import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HangWatch } from './hang-watch.ts'

describe('HangWatch', () => {
  const onHang = vi.fn()
  let watch: HangWatch

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onHang.mockReset()
    watch = new HangWatch({ hangTimeoutMs: 1000, onHang })
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  /** Lets time pass with a message after each of the gaps. */
  function hear(...gapsMs: number[]): void {
    for (const gapMs of gapsMs) {
      vi.advanceTimersByTime(gapMs)
      watch.heard()
    }
  }

  it('tells of a silence once, with its length', () => {
    watch.setConnected(true)
    watch.wait()
    vi.advanceTimersByTime(999)
    expect(onHang).not.toHaveBeenCalled()
    vi.advanceTimersByTime(5000)
    expect(onHang.mock.calls).toEqual([[1000]])
  })

  it('starts counting again with each message', () => {
    watch.setConnected(true)
    watch.wait()
    hear(40, 40, 40)
    vi.advanceTimersByTime(999)
    expect(onHang).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(onHang).toHaveBeenCalled()
  })

  it('allows twenty times the longest silence so far', () => {
    watch.setConnected(true)
    watch.wait()
    hear(10, 200, 10)
    vi.advanceTimersByTime(3999)
    expect(onHang).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(onHang.mock.calls).toEqual([[4000]])
  })

  it('allows what the job says that a step may take, in this wait only', () => {
    watch.setConnected(true)
    const stopWaiting = watch.wait()
    watch.allow(3000)
    watch.allow(2000)
    vi.advanceTimersByTime(2999)
    expect(onHang).not.toHaveBeenCalled()
    stopWaiting()
    watch.wait()
    vi.advanceTimersByTime(1000)
    expect(onHang).toHaveBeenCalled()
  })

  it('forgets the silences of the last wait', () => {
    watch.setConnected(true)
    const stopWaiting = watch.wait()
    hear(900)
    stopWaiting()
    watch.wait()
    vi.advanceTimersByTime(1000)
    expect(onHang.mock.calls).toEqual([[1000]])
  })

  it('rests while nothing is awaited, and holds no timer then', () => {
    watch.setConnected(true)
    const first = watch.wait()
    const second = watch.wait()
    first()
    first()
    expect(vi.getTimerCount()).toBe(1)
    second()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('rests while there is no worker', () => {
    watch.wait()
    vi.advanceTimersByTime(5000)
    watch.setConnected(true)
    watch.setConnected(false)
    expect(vi.getTimerCount()).toBe(0)
    expect(onHang).not.toHaveBeenCalled()
  })

  it('watches the next worker after one hung', () => {
    watch.setConnected(true)
    watch.wait()
    vi.advanceTimersByTime(1000)
    watch.setConnected(false)
    watch.setConnected(true)
    vi.advanceTimersByTime(1000)
    expect(onHang).toHaveBeenCalledTimes(2)
  })

  it('does not blame the worker for a computer that slept', () => {
    watch.setConnected(true)
    watch.wait()
    const awakeMs = performance.now()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(awakeMs + 3_600_000)
    vi.advanceTimersByTime(1000)
    expect(onHang).not.toHaveBeenCalled()
    clock.mockReturnValue(awakeMs + 3_601_000)
    vi.advanceTimersByTime(1000)
    expect(onHang).toHaveBeenCalledTimes(1)
  })

  it('does not take a sleep of the computer that a message ends for a gap that the worker may take again', () => {
    let nowMs = 0
    vi.stubGlobal('performance', { now: () => nowMs })
    try {
      watch.setConnected(true)
      watch.wait()
      nowMs += 3_600_000
      watch.heard()
      nowMs += 1000
      vi.advanceTimersByTime(1000)
      expect(onHang.mock.calls).toEqual([[1000]])
    } finally {
      vi.unstubAllGlobals()
    }
  })
})
