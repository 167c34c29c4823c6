import { EventEmitter } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { parentPort } from './parent-port.ts'

/** As Electron's: messages come as events with `data`. */
class FakeParentPort extends EventEmitter {
  readonly postMessage = vi.fn()
  tell(data: unknown): void {
    this.emit('message', { data })
  }
}

describe('parentPort', () => {
  it('carries messages both ways, as plain JSON', () => {
    const fake = new FakeParentPort()
    const port = parentPort(fake)
    const heard = vi.fn()
    port.onMessage(heard)
    fake.tell({ t: 'hello' })
    port.send({ a: 1, b: undefined })
    expect(heard).toHaveBeenCalledWith({ t: 'hello' })
    expect(fake.postMessage).toHaveBeenCalledWith({ a: 1 })
    expect(Object.keys(fake.postMessage.mock.calls[0]![0] as object)).toEqual(['a'])
  })

  it('closes when the main side says null, and is silent then', () => {
    const fake = new FakeParentPort()
    const port = parentPort(fake)
    const heard = vi.fn()
    const closed = vi.fn()
    port.onMessage(heard)
    port.onClose(closed)
    fake.tell(null)
    fake.tell({ t: 'hello' })
    port.send({ t: 'hello' })
    expect(closed).toHaveBeenCalledTimes(1)
    expect(heard).not.toHaveBeenCalled()
    expect(fake.postMessage).not.toHaveBeenCalled()
  })

  it('hears each message once, however many listen', () => {
    const fake = new FakeParentPort()
    const port = parentPort(fake)
    const heard = vi.fn()
    port.onMessage(heard)()
    port.onMessage(heard)
    fake.tell(1)
    expect(heard).toHaveBeenCalledTimes(1)
  })
})
