import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { orCancelled, settlesWithin } from './timeouts.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const never = new Promise<never>(() => undefined)

describe('settlesWithin', () => {
  it('says yes to what settles in time, either way, and leaves no timer', async () => {
    expect(await settlesWithin(Promise.resolve(1), 1000)).toBe(true)
    expect(await settlesWithin(Promise.reject(new Error('no')), 1000)).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('says no when the time is over', async () => {
    const answer = settlesWithin(never, 1000)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await answer).toBe(false)
  })
})

describe('orCancelled', () => {
  it('gives what the promise gives, and stops listening', async () => {
    const { signal } = new AbortController()
    const stopListening = vi.spyOn(signal, 'removeEventListener')
    expect(await orCancelled(Promise.resolve(1), signal, 'plan')).toBe(1)
    expect(stopListening).toHaveBeenCalled()
  })

  it('rejects at once when it is cancelled, before or later', async () => {
    const cancelled: unknown = expect.objectContaining({
      code: 'cancelled',
      message: 'The call "plan" was cancelled.',
    })
    await expect(orCancelled(never, AbortSignal.abort(), 'plan')).rejects.toEqual(cancelled)
    const controller = new AbortController()
    const answer = orCancelled(never, controller.signal, 'plan')
    controller.abort()
    await expect(answer).rejects.toEqual(cancelled)
  })
})
