import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LatestValue } from './latest-value.ts'

const restMs = 200

describe('values that come faster than they can be sent', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const recording = (answer: () => Promise<unknown> = () => Promise.resolve()) => {
    const sent: number[] = []
    const latest = new LatestValue<number>((value) => {
      sent.push(value)
      return answer()
    }, restMs)
    return { sent, latest }
  }

  it('send the first at once', () => {
    const { sent, latest } = recording()
    latest.push(1)
    expect(sent).toEqual([1])
  })

  it('always send the last, and skip those between', async () => {
    const { sent, latest } = recording()
    for (let value = 1; value <= 50; value++) latest.push(value)
    await vi.advanceTimersByTimeAsync(5 * restMs)
    expect(sent).toEqual([1, 50])
  })

  it('send at most one in each rest', async () => {
    const { sent, latest } = recording()
    for (let ms = 0; ms < 1000; ms += 10) {
      latest.push(ms)
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(sent.length).toBeLessThanOrEqual(6)
  })

  it('wait for an answer that takes longer than the rest', async () => {
    const { sent, latest } = recording(() => new Promise((resolve) => setTimeout(resolve, 5 * restMs)))
    latest.push(1)
    latest.push(2)
    await vi.advanceTimersByTimeAsync(4 * restMs)
    expect(sent).toEqual([1])
    await vi.advanceTimersByTimeAsync(2 * restMs)
    expect(sent).toEqual([1, 2])
  })

  it('continue after one that could not be sent', async () => {
    const { sent, latest } = recording(() => Promise.reject(new Error('no line')))
    latest.push(1)
    latest.push(2)
    await vi.advanceTimersByTimeAsync(3 * restMs)
    expect(sent).toEqual([1, 2])
  })

  it('lose nothing that is merged while it waits', async () => {
    const sent: Record<string, number>[] = []
    const latest = new LatestValue<Record<string, number>>((value) => {
      sent.push(value)
      return Promise.resolve()
    }, restMs)
    const merge = (a: Record<string, number>, b: Record<string, number>): Record<string, number> => ({
      ...a,
      ...b,
    })
    latest.push({ a: 1 }, merge)
    latest.push({ a: 2 }, merge)
    latest.push({ b: 3 }, merge)
    await vi.advanceTimersByTimeAsync(3 * restMs)
    expect(sent).toEqual([{ a: 1 }, { a: 2, b: 3 }])
  })
})
