import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PreviewRelay, type JobPreview } from './preview-relay.ts'

const preview = (jobId: string, totalStep = 1): JobPreview => ({
  ...{ jobId, totalStep, widthPx: 1, heightPx: 1, webpBase64: '' },
})
const [here, there] = [{}, {}]
let relay: PreviewRelay
beforeEach(() => (relay = new PreviewRelay()))

describe('a relay of previews', () => {
  it('sends each page those of the job that it watches', () => {
    const [send, other] = [vi.fn(), vi.fn()]
    relay.watch(here, 'a', send)
    relay.watch(there, 'b', other)
    relay.take(preview('a'))
    expect(send.mock.calls).toEqual([[preview('a')]])
    expect(other).not.toHaveBeenCalled()
  })

  it('shows the newest at once to whoever begins to watch', () => {
    const send = vi.fn()
    relay.take(preview('a', 1))
    relay.take(preview('a', 2))
    relay.watch(here, 'a', send)
    expect(send.mock.calls).toEqual([[preview('a', 2)]])
  })

  it('shows nothing of another job, or of one that has ended', () => {
    const send = vi.fn()
    relay.take(preview('a'))
    relay.watch(here, 'b', send)
    relay.forget()
    relay.watch(here, 'a', send)
    expect(send).not.toHaveBeenCalled()
  })

  it('knows whether anyone watches', () => {
    expect(relay.isWatched('a')).toBe(false)
    relay.watch(here, 'a', vi.fn())
    relay.watch(there, 'a', vi.fn())
    relay.unwatch(here)
    expect(relay.isWatched('a')).toBe(true)
    relay.unwatch(there)
    expect(relay.isWatched('a')).toBe(false)
  })

  it('lets a page watch one job at a time', () => {
    const first = vi.fn()
    relay.watch(here, 'a', first)
    relay.watch(here, 'b', vi.fn())
    relay.take(preview('a'))
    expect(first).not.toHaveBeenCalled()
    expect(relay.isWatched('a')).toBe(false)
  })
})
