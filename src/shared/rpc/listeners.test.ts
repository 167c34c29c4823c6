import { describe, expect, it, vi } from 'vitest'
import { Listeners, OnceEvent } from './listeners.ts'

describe('Listeners', () => {
  it('tells everyone although one throws, and throws that then', () => {
    const listeners = new Listeners<number>()
    const heard = vi.fn()
    listeners.add(() => {
      throw new Error('deaf')
    })
    listeners.add(heard)
    expect(() => listeners.fire(1)).toThrow('deaf')
    expect(heard).toHaveBeenCalledWith(1)
  })

  it('tells one that listens twice two times, and takes off one of them at a time', () => {
    const listeners = new Listeners<number>()
    const heard = vi.fn()
    const off = listeners.add(heard)
    listeners.add(heard)
    listeners.fire(1)
    off()
    off()
    listeners.fire(2)
    expect(heard.mock.calls).toEqual([[1], [1], [2]])
  })

  it('does not tell one that another takes off meanwhile', () => {
    const listeners = new Listeners<number>()
    const heard = vi.fn()
    listeners.add(() => off())
    const off = listeners.add(heard)
    listeners.fire(1)
    expect(heard).not.toHaveBeenCalled()
  })
})

describe('OnceEvent', () => {
  it('happens once', () => {
    const event = new OnceEvent<number>()
    const heard = vi.fn()
    event.add(heard)
    event.fire(1)
    event.fire(2)
    expect(heard.mock.calls).toEqual([[1]])
  })

  it('tells late listeners, but not at once', async () => {
    const event = new OnceEvent<number>()
    event.fire(1)
    const heard = vi.fn()
    event.add(heard)
    expect(heard).not.toHaveBeenCalled()
    await Promise.resolve()
    expect(heard.mock.calls).toEqual([[1]])
  })

  it('does not tell a late listener that went away again', async () => {
    const event = new OnceEvent<number>()
    event.fire(1)
    const heard = vi.fn()
    event.add(heard)()
    await Promise.resolve()
    expect(heard).not.toHaveBeenCalled()
  })
})
