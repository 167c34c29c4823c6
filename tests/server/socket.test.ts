import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { envelopeVersion } from '../../src/shared/rpc/envelope.ts'
import type { ServerLimits } from '../../src/server/index.ts'
import { RateLimit } from '../../src/server/rate-limit.ts'
import { Bench, closed } from './support/bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await Bench.open()
})
afterEach(() => bench.close())

async function reopen(limits: Partial<ServerLimits>): Promise<void> {
  await bench.close()
  bench = await Bench.open(limits)
}

const hello = JSON.stringify({ t: 'hello', v: envelopeVersion })
const call = (id: number): string => JSON.stringify({ t: 'call', id, m: 'cancelCount', a: null })

function nextMessage(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) =>
    socket.once('message', (data) => resolve(JSON.parse((data as Buffer).toString()))),
  )
}

/** Fails where the server does not serve a page any more. */
async function expectAlive(): Promise<void> {
  const socket = await bench.openSocket()
  socket.send(hello)
  expect(await nextMessage(socket)).toEqual({ t: 'hello', v: envelopeVersion })
  socket.send(call(1))
  expect(await nextMessage(socket)).toEqual({ t: 'ok', id: 1, r: 0 })
  socket.close()
  await closed(socket)
}

/** Bytes past every rule of the client, below the frames that ws writes. */
function sendRaw(socket: WebSocket, bytes: number[]): void {
  ;(socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(Buffer.from(bytes))
}

describe('a page', () => {
  it('is connected as one in a browser, without dialogs of the system', async () => {
    await expectAlive()
    expect(bench.studio.shells).toEqual([
      { facts: { kind: 'browser', platform: process.platform, hasDialogs: false } },
    ])
  })

  it('is disconnected when it goes', async () => {
    const socket = await bench.openSocket()
    socket.terminate()
    await expect.poll(() => bench.studio.gone).toBe(1)
  })

  it('hears in words what was wrong with text that is no message', async () => {
    const socket = await bench.openSocket()
    for (const text of ['what?', '[]', 'null', '"x"', '{"t":"call"}', '']) {
      const heard = nextMessage(socket)
      socket.send(text)
      expect(await heard).toMatchObject({ t: 'err', id: null, e: { code: 'malformed-message' } })
    }
    socket.close()
  })

  it('opens its line at one address only', async () => {
    for (const path of ['/', '/studio/', '/studio?x=1', '/upload?for=picture'])
      await expect(bench.openSocket({}, path)).rejects.toThrow('404')
    expect(bench.studio.lines).toEqual([])
  })

  it('whose handshake is broken is refused', async () => {
    const own = Object.entries(bench.ownHeaders).map(([name, value]) => `${name}: ${value}`)
    const shake = ['GET /studio HTTP/1.1', ...own, 'Connection: Upgrade', 'Upgrade: websocket']
    for (const rest of [
      [],
      ['Sec-WebSocket-Version: 13'],
      ['Sec-WebSocket-Version: 7', 'Sec-WebSocket-Key: x'],
    ]) {
      const answer = await bench.raw([...shake, ...rest, '', ''].join('\r\n'))
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      expect(answer).toContain('Content-Security-Policy: ')
    }
    expect(bench.studio.lines).toEqual([])
    await expectAlive()
  })

  it('is one of a limited number', async () => {
    await reopen({ maxPages: 2 })
    const [first] = [await bench.openSocket(), await bench.openSocket()]
    await expect(bench.openSocket()).rejects.toThrow('503')
    first.close()
    await closed(first)
    await expectAlive()
  })
})

describe('what closes the line of a page, and no other', () => {
  it.each([
    ['bytes', 1003, (socket: WebSocket) => socket.send(Buffer.from('{}'))],
    [
      'text that is no UTF-8',
      1007,
      (socket: WebSocket) => socket.send(Buffer.from([0xff, 0xfe]), { binary: false }),
    ],
    ['a giant message', 1009, (socket: WebSocket) => socket.send('x'.repeat(2 ** 20 + 1))],
    ['a frame without a mask', 1002, (socket: WebSocket) => sendRaw(socket, [0x81, 0x01, 0x41])],
    ['a frame of an unknown kind', 1002, (socket: WebSocket) => sendRaw(socket, [0x83, 0x80, 0, 0, 0, 0])],
    ['a frame with reserved bits', 1002, (socket: WebSocket) => sendRaw(socket, [0xf1, 0x80, 0, 0, 0, 0])],
    [
      'a frame that announces an exabyte',
      1009,
      (socket: WebSocket) => sendRaw(socket, [0x81, 0xff, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ],
    [
      'a giant message in small frames',
      1009,
      (socket: WebSocket) => {
        for (let i = 0; i <= 64; i++) socket.send('x'.repeat(2 ** 14), { fin: false })
      },
    ],
  ])('%s', async (_name, code, send) => {
    const other = await bench.openSocket()
    const socket = await bench.openSocket()
    const end = closed(socket)
    send(socket)
    expect((await end).code).toBe(code)
    other.send(hello)
    expect(await nextMessage(other)).toEqual({ t: 'hello', v: envelopeVersion })
    other.close()
    await expectAlive()
    expect(bench.faults).toEqual([])
  })

  it('a flood of messages, with the reason', async () => {
    await reopen({ messageBurst: 100, messagesPerSecond: 10 })
    const socket = await bench.openSocket()
    const end = closed(socket)
    for (let i = 0; i < 5000; i++) socket.send(call(i + 1))
    expect(await end).toEqual({ code: 1008, reason: 'This page sent too many messages at once.' })
    await expectAlive()
  })

  it('a flood of large messages sooner', async () => {
    await reopen({ messageBurst: 100, messagesPerSecond: 10 })
    const socket = await bench.openSocket()
    const end = closed(socket)
    for (let i = 0; i < 10; i++) socket.send('x'.repeat(2 ** 20))
    expect((await end).code).toBe(1008)
  })

  it('a flood of pings', async () => {
    await reopen({ messageBurst: 100, messagesPerSecond: 10 })
    const socket = await bench.openSocket()
    const end = closed(socket)
    // One after the other: ws itself drops a page that has many of them unanswered.
    for (let i = 0; i < 110 && socket.readyState === socket.OPEN; i++) {
      socket.ping()
      await Promise.race([new Promise((resolve) => socket.once('pong', resolve)), end])
    }
    expect((await end).code).toBe(1008)
  })

  it('a handler that throws what nobody foresaw', async () => {
    const fault = new TypeError('Cannot read what is not there')
    const { onConnect } = bench.studio
    bench.studio.onConnect = (transport) =>
      void transport.onMessage(() => {
        throw fault
      })
    const socket = await bench.openSocket()
    const end = closed(socket)
    socket.send('{}')
    expect((await end).code).toBe(1011)
    expect(bench.faults).toEqual([fault])
    bench.studio.onConnect = onConnect
    await expectAlive()
  })

  it('a studio that cannot take the page', async () => {
    const { onConnect } = bench.studio
    bench.studio.onConnect = () => {
      throw new Error('closed')
    }
    await closed(await bench.openSocket())
    expect(bench.faults).toHaveLength(1)
    bench.studio.onConnect = onConnect
    await expectAlive()
  })

  it('silence where the server asks whether the page is still there', async () => {
    await reopen({ pingIntervalMs: 100 })
    const dead = await bench.openSocket()
    const living = await bench.openSocket()
    dead.pong = () => undefined
    ;(dead as unknown as { _autoPong: boolean })._autoPong = false
    expect((await closed(dead)).code).toBe(1006)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(living.readyState).toBe(living.OPEN)
    expect(bench.studio.gone).toBe(1)
    living.close()
  })

  it('not reading what is sent to it', async () => {
    await reopen({ maxWaitingBytes: 2 ** 20 })
    const socket = await bench.openSocket()
    socket.pause()
    const [line] = bench.studio.lines
    for (let i = 0; i < 200 && bench.studio.gone === 0; i++) {
      line!.send({ text: 'x'.repeat(2 ** 18) })
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(bench.studio.gone).toBe(1)
    socket.terminate()
  })
})

describe('the allowance of messages', () => {
  it('is spent at once, and grows back with time, but not beyond', () => {
    const rate = new RateLimit(10, 5, 0)
    expect(rate.spend(10, 0)).toBe(true)
    expect(rate.spend(1, 100)).toBe(false)
    expect(rate.spend(1, 1000)).toBe(true)
    expect(rate.spend(10, 1_000_000)).toBe(true)
    expect(rate.spend(1, 1_000_000)).toBe(false)
  })
})
