import { describe, expect, it, vi } from 'vitest'
import { PortLine } from './port-line.ts'

const createLine = (): {
  line: PortLine
  post: ReturnType<typeof vi.fn>
  hangUp: ReturnType<typeof vi.fn>
} => {
  const [post, hangUp] = [vi.fn(), vi.fn()]
  return { line: new PortLine({ post, hangUp }), post, hangUp }
}

describe('a line over a port of Electron', () => {
  it('keeps what comes before anyone listens', () => {
    const { line } = createLine()
    line.receive(1)
    line.receive(2)
    const heard: unknown[] = []
    line.onMessage((message) => heard.push(message))
    line.receive(3)
    expect(heard).toEqual([1, 2, 3])
  })

  it('carries what JSON can hold, and says where it cannot', () => {
    const { line, post } = createLine()
    line.send({ a: 1, b: undefined })
    expect(Object.keys(post.mock.calls[0]![0] as object)).toEqual(['a'])
    expect(() => line.send(undefined)).toThrow(TypeError)
    expect(() => line.send(1n)).toThrow(TypeError)
  })

  it('hangs up once, tells so once, and is silent then', async () => {
    const { line, post, hangUp } = createLine()
    const [closed, heard] = [vi.fn(), vi.fn()]
    line.onClose(closed)
    line.onMessage(heard)
    line.close()
    line.close()
    line.end()
    line.send({})
    line.receive({})
    await Promise.resolve()
    expect([hangUp, closed, post, heard].map((spy) => spy.mock.calls.length)).toEqual([1, 1, 0, 0])
  })

  it('tells nobody where the other side is gone', () => {
    const { line, hangUp } = createLine()
    line.end()
    line.close()
    expect(hangUp).not.toHaveBeenCalled()
  })
})
