import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient } from '../../src/shared/rpc/client.ts'
import type { Client, Fault } from '../../src/shared/rpc/client.ts'
import { envelopeVersion } from '../../src/shared/rpc/envelope.ts'
import type { MethodName } from '../../src/shared/contract/define.ts'
import type { Transport } from '../../src/shared/rpc/transport.ts'
import { probeContract } from './fixtures/probe-contract.ts'
import { childProcessLine } from './lines/child-process-line.ts'
import { desktopBridgeLine, electron } from './lines/desktop-bridge-line.ts'
import type { OpenLine } from './lines/line.ts'
import { memoryLine } from './lines/memory-line.ts'
import { messageChannelLine } from './lines/message-channel-line.ts'
import { webSocketLine } from './lines/web-socket-line.ts'

vi.mock('electron', () => electron)

/** Lines keep the same promises over every wire. A new wire is one more entry. */
const lines = [memoryLine, messageChannelLine, childProcessLine, webSocketLine, desktopBridgeLine]

type Probe = Client<typeof probeContract>

interface Bench {
  readonly near: Transport
  readonly probe: Probe
  readonly faults: Fault[]
}

const code = (expected: string): unknown => expect.objectContaining({ name: 'PasticheError', code: expected })
const says = (message: string): unknown =>
  expect.objectContaining({ message: expect.stringContaining(message) as unknown })

/** A call that fails before the test looks at it. */
function failing<T>(call: Promise<T>): Promise<T> {
  call.catch(() => undefined)
  return call
}

interface Case {
  readonly name: string
  readonly run: (bench: Bench) => Promise<void>
}

const calls: Case[] = [
  {
    name: 'answers a call, with the defaults of its schema',
    run: async ({ probe }) => {
      const answer = await probe.call('echo', { text: 'ä€😀', contentWeight: 2 })
      expect(answer).toEqual({ text: 'ä€😀', contentWeight: 2 })
    },
  },
  {
    name: 'answers many calls at once, each with its own answer',
    run: async ({ probe }) => {
      const texts = Array.from({ length: 50 }, (_, i) => `call ${i}`)
      const answers = await Promise.all(texts.map((text) => probe.call('echo', { text, contentWeight: 1 })))
      expect(answers.map(({ text }) => text)).toEqual(texts)
    },
  },
  {
    name: 'carries almost a megabyte both ways',
    run: async ({ probe }) => {
      const text = 'x'.repeat(2 ** 20 - 1000)
      expect((await probe.call('echo', { text, contentWeight: 1 })).text).toBe(text)
    },
  },
  {
    name: 'hands an error of the catalogue over with its code, message and hint',
    run: async ({ probe }) => {
      await expect(probe.call('refuse', null)).rejects.toMatchObject({
        code: 'file-not-found',
        message: 'Expected a picture at a.jpg, found nothing.',
        hint: 'Check the spelling, and that its drive is connected.',
      })
    },
  },
  {
    name: 'hands an unforeseen error over as internal',
    run: async ({ probe }) => {
      await expect(probe.call('stumble', null)).rejects.toThrow(code('internal'))
    },
  },
  {
    name: 'refuses an unknown method where it is called',
    run: async ({ probe }) => {
      const unknown = 'toString' as MethodName<typeof probeContract>
      await expect(probe.call(unknown, null)).rejects.toThrow(code('unknown-method'))
    },
  },
  {
    name: 'refuses bad input in plain words',
    run: async ({ probe }) => {
      const call = failing(probe.call('echo', { text: 'a', contentWeight: -3 }))
      await expect(call).rejects.toThrow(code('invalid-request'))
      await expect(call).rejects.toThrow('contentWeight must be between 0 and 1e6, not -3.')
    },
  },
  {
    name: 'refuses input that JSON cannot hold',
    run: async ({ probe }) => {
      const input = { text: 1n as unknown as string, contentWeight: 1 }
      await expect(probe.call('echo', input)).rejects.toThrow(code('invalid-request'))
    },
  },
  {
    name: 'refuses an answer that breaks the contract',
    run: async ({ probe }) => {
      const call = failing(probe.call('lie', null))
      await expect(call).rejects.toThrow(code('malformed-message'))
      await expect(call).rejects.toThrow(
        'The answer to "lie" was not understood. widthPx must be at least 1, not -1.',
      )
    },
  },
  {
    name: 'answers with an error where the answer is no JSON',
    run: async ({ probe }) => {
      await expect(probe.call('overflow', null)).rejects.toThrow(code('internal'))
    },
  },
]

const cancelling: Case[] = [
  {
    name: 'rejects a cancelled call at once and tells the handler',
    run: async ({ probe }) => {
      const controller = new AbortController()
      const call = failing(probe.call('wait', null, { signal: controller.signal }))
      controller.abort()
      await expect(call).rejects.toThrow(code('cancelled'))
      await expect(call).rejects.toThrow('"wait"')
      expect(await probe.call('cancelCount', null)).toBe(1)
    },
  },
  {
    name: 'sends nothing where the call was cancelled before',
    run: async ({ probe }) => {
      const call = failing(probe.call('wait', null, { signal: AbortSignal.abort() }))
      await expect(call).rejects.toThrow(code('cancelled'))
      expect(await probe.call('cancelCount', null)).toBe(0)
    },
  },
  {
    name: 'takes no notice of a cancel after the answer',
    run: async ({ probe, faults }) => {
      const controller = new AbortController()
      await probe.call('echo', { text: 'a', contentWeight: 1 }, { signal: controller.signal })
      controller.abort()
      expect(await probe.call('cancelCount', null)).toBe(0)
      expect(faults).toEqual([])
    },
  },
  {
    name: 'drops the late answer of a cancelled call',
    run: async ({ probe, faults }) => {
      const controller = new AbortController()
      const call = failing(probe.call('dawdle', null, { signal: controller.signal }))
      controller.abort()
      await expect(call).rejects.toThrow(code('cancelled'))
      await probe.call('dawdle', null)
      expect(faults).toEqual([])
    },
  },
]

const closing: Case[] = [
  {
    name: 'rejects what waits when the other side closes, and names the call',
    run: async ({ probe }) => {
      const waiting = failing(probe.call('wait', null))
      const closing = failing(probe.call('hangUp', null))
      for (const [call, method] of [
        [waiting, 'wait'],
        [closing, 'hangUp'],
      ] as const) {
        await expect(call).rejects.toThrow(code('connection-closed'))
        await expect(call).rejects.toThrow(`"${method}"`)
      }
    },
  },
  {
    name: 'rejects what waits when this side closes',
    run: async ({ probe }) => {
      const waiting = failing(probe.call('wait', null))
      probe.close()
      await expect(waiting).rejects.toThrow(code('connection-closed'))
      await expect(waiting).rejects.toThrow('"wait"')
    },
  },
  {
    name: 'rejects calls on a closed line',
    run: async ({ probe }) => {
      probe.close()
      probe.close()
      await expect(probe.call('cancelCount', null)).rejects.toThrow(code('connection-closed'))
    },
  },
  {
    name: 'tells a late listener that the line is closed',
    run: async ({ near, probe }) => {
      const heard = new Promise((resolve) => near.onClose(resolve))
      probe.close()
      await heard
      await new Promise((resolve) => near.onClose(resolve))
    },
  },
]

const events: Case[] = [
  {
    name: 'tells events in order, and before the answer that followed them',
    run: async ({ probe, faults }) => {
      const heard: number[] = []
      probe.on('tick', ({ count }) => heard.push(count))
      await probe.call('burst', { count: 100 })
      expect(heard).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
      expect(faults).toEqual([])
    },
  },
  {
    name: 'tells nobody who no longer listens',
    run: async ({ probe }) => {
      const heard: number[] = []
      const off = probe.on('tick', ({ count }) => heard.push(count))
      await probe.call('burst', { count: 1 })
      off()
      off()
      await probe.call('burst', { count: 1 })
      expect(heard).toEqual([1])
    },
  },
  {
    name: 'reports an event that breaks the contract, and tells it to nobody',
    run: async ({ probe, faults }) => {
      const heard: unknown[] = []
      probe.on('tick', (tick) => heard.push(tick))
      await probe.call('say', [{ t: 'ev', ev: 'tick', seq: 1, d: { count: null } }])
      expect(heard).toEqual([])
      expect(faults).toEqual([{ event: 'tick', error: says('count must be a number, not null.') }])
    },
  },
  {
    name: 'reports unknown events and gaps, and drops repeated ones',
    run: async ({ probe, faults }) => {
      const heard: number[] = []
      probe.on('tick', ({ count }) => heard.push(count))
      const tick = (seq: number): unknown => ({ t: 'ev', ev: 'tick', seq, d: { count: seq } })
      await probe.call('say', [
        { t: 'ev', ev: '__proto__', seq: 1, d: 0 },
        tick(3),
        tick(3),
        tick(2),
        tick(4),
      ])
      expect(heard).toEqual([3, 4])
      expect(faults.map(({ error }) => error.message)).toEqual([
        'Expected a known event, received "__proto__".',
        'Expected event number 2, received 3 ("tick").',
        'Expected event number 4, received 3 ("tick").',
        'Expected event number 4, received 2 ("tick").',
      ])
    },
  },
]

const hostileServers: Case[] = [
  {
    name: 'rejects all that waits after a message nobody can read',
    run: async ({ probe, faults }) => {
      const waiting = failing(probe.call('wait', null))
      const saying = failing(probe.call('say', [{ t: 'answer', x: 1 }]))
      await expect(waiting).rejects.toThrow(code('malformed-message'))
      await expect(saying).rejects.toThrow('"say"')
      expect(faults).toEqual([
        { event: null, error: says('t must be one of hello, call, cancel, ok, err, ev') },
      ])
      expect(await probe.call('cancelCount', null)).toBe(0)
    },
  },
  {
    name: 'rejects only the call that a malformed answer names',
    run: async ({ probe, faults }) => {
      const waiting = failing(probe.call('dawdle', null))
      const saying = failing(probe.call('say', [{ t: 'ok', id: 2, r: null, extra: 1 }]))
      await expect(saying).rejects.toThrow(code('malformed-message'))
      expect(await waiting).toBeNull()
      expect(faults).toEqual([])
    },
  },
  {
    name: 'takes the first of two answers',
    run: async ({ probe, faults }) => {
      const dawdling = failing(probe.call('dawdle', null))
      await probe.call('say', [{ t: 'err', id: 1, e: { code: 'disk-full', message: 'Full.', hint: '' } }])
      await expect(dawdling).rejects.toThrow(code('disk-full'))
      await probe.call('dawdle', null)
      expect(faults).toEqual([])
    },
  },
  {
    name: 'reports an answer to a call that was never made',
    run: async ({ probe, faults }) => {
      await probe.call('say', [{ t: 'ok', id: 77, r: null }])
      expect(faults).toEqual([{ event: null, error: says('received one to call 77') }])
    },
  },
  {
    name: 'reports what only a client may say',
    run: async ({ probe, faults }) => {
      await probe.call('say', [{ t: 'call', id: 1, m: 'echo', a: null }])
      expect(faults).toEqual([
        { event: null, error: says('Expected an answer or an event, received a call.') },
      ])
    },
  },
  {
    name: 'reads an unknown error code as internal',
    run: async ({ probe }) => {
      const call = failing(probe.call('wait', null))
      await probe.call('say', [
        { t: 'err', id: 1, e: { code: 'constructor', message: 'Odd.', hint: 'None.' } },
      ])
      await expect(call).rejects.toMatchObject({ code: 'internal', message: 'Odd.', hint: 'None.' })
    },
  },
  {
    name: 'closes on another protocol version',
    run: async ({ probe }) => {
      const waiting = failing(probe.call('wait', null))
      void probe.call('say', [{ t: 'hello', v: 99 }]).catch(() => undefined)
      await expect(waiting).rejects.toThrow(code('engine-mismatch'))
      await expect(waiting).rejects.toThrow(`Expected protocol version ${envelopeVersion}, received 99.`)
      await expect(probe.call('cancelCount', null)).rejects.toThrow(code('engine-mismatch'))
    },
  },
]

describe.each(lines)('over a $name', (line) => {
  let open: OpenLine
  let bench: Bench

  beforeEach(async () => {
    open = await line.open()
    const faults: Fault[] = []
    const probe = createClient(probeContract, open.near, { onFault: (fault) => faults.push(fault) })
    bench = { near: open.near, probe, faults }
  })

  afterEach(async () => {
    bench.probe.close()
    await open.dispose()
  })

  it.each([...calls, ...cancelling, ...closing, ...events, ...hostileServers])('$name', ({ run }) =>
    run(bench),
  )
})

afterAll(async () => {
  for (const line of lines) await line.tearDown?.()
})

/** Answers of a server to raw messages, without a client's help. */
async function converse(line: OpenLine, messages: unknown[], answers: number): Promise<unknown[]> {
  const heard: unknown[] = []
  await new Promise<void>((resolve) => {
    line.near.onMessage((message) => {
      heard.push(message)
      if (heard.length === answers) resolve()
    })
    for (const message of messages) line.near.send(message)
  })
  return heard
}

const hello = { t: 'hello', v: envelopeVersion }
const echo = (id: number): unknown => ({ t: 'call', id, m: 'echo', a: { text: `${id}`, contentWeight: 1 } })
/** A process takes its time to start on a busy machine. */
const soon = { timeout: 60_000 }
const pause = (ms = 20): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe.each(lines)('a $name line without a client', (line) => {
  it('keeps what comes before anyone listens, in order', async () => {
    const open = await line.open()
    const { near } = open
    const closed = new Promise((resolve) => near.onClose(resolve))
    near.send(hello)
    near.send(echo(1))
    await pause()
    const heard: unknown[] = []
    near.onMessage((message) => heard.push(message))
    near.send(echo(2))
    await expect.poll(() => heard.length, soon).toBe(3)
    expect(heard).toMatchObject([hello, { id: 1 }, { id: 2 }])
    near.close()
    await closed
    await open.dispose()
  })

  it('tells everyone who listens, and each message once', async () => {
    const open = await line.open()
    const { near } = open
    const [first, second, gone] = [vi.fn(), vi.fn(), vi.fn()]
    near.onMessage(first)
    near.onMessage(second)
    near.onMessage(gone)()
    near.send(hello)
    await expect.poll(() => second.mock.calls.length, soon).toBe(1)
    expect([first.mock.calls, gone.mock.calls]).toEqual([[[hello]], []])
    await open.dispose()
  })

  it('carries what JSON can hold, and refuses the rest', async () => {
    const open = await line.open()
    const { near } = open
    const heard: unknown[] = []
    near.onMessage((message) => heard.push(message))
    expect(() => near.send(undefined)).toThrow(TypeError)
    expect(() => near.send(1n)).toThrow(TypeError)
    near.send({ ...hello, left: undefined })
    await expect.poll(() => heard, soon).toEqual([hello])
    await open.dispose()
  })

  it('is closed once, whoever closes it and how often, and is silent then', async () => {
    const open = await line.open()
    const { near } = open
    const [closed, heard] = [vi.fn(), vi.fn()]
    near.onClose(closed)
    near.onMessage(heard)
    near.send(hello)
    near.close()
    near.close()
    near.send(hello)
    await expect.poll(() => closed.mock.calls.length, soon).toBe(1)
    await open.dispose()
    await pause()
    expect(closed).toHaveBeenCalledOnce()
    expect(heard).not.toHaveBeenCalled()
  })
})

describe.each(lines)('a server at the end of a $name', (line) => {
  const err = (id: number | null, expected: string): unknown => ({
    t: 'err',
    id,
    e: expect.objectContaining({ code: expected }) as unknown,
  })
  const wait = (id: number): unknown => ({ t: 'call', id, m: 'dawdle', a: null })
  const count = (id: number): unknown => ({ t: 'call', id, m: 'cancelCount', a: null })

  it.each([
    [
      'refuses calls of another protocol version',
      [{ t: 'hello', v: 2 }, wait(1)],
      [hello, err(1, 'engine-mismatch')],
    ],
    ['refuses calls before a greeting', [wait(1)], [err(1, 'engine-mismatch')]],
    [
      'refuses an unknown method',
      [hello, { t: 'call', id: 1, m: 'valueOf', a: null }],
      [hello, err(1, 'unknown-method')],
    ],
    ['refuses a missing input', [hello, { t: 'call', id: 1, m: 'echo' }], [hello, err(1, 'invalid-request')]],
    [
      'refuses a malformed call by its number',
      [hello, { t: 'call', id: 1, m: 7 }],
      [hello, err(1, 'malformed-message')],
    ],
    [
      'refuses what has no number',
      ['what?', { t: 'call', id: '1' }],
      [err(null, 'malformed-message'), err(null, 'malformed-message')],
    ],
    ['refuses what only a server may say', [{ t: 'ok', id: 1, r: 1 }], [err(null, 'malformed-message')]],
    [
      'refuses a number that is in use',
      [hello, wait(1), wait(1)],
      [hello, err(1, 'malformed-message'), { t: 'ok', id: 1, r: null }],
    ],
    [
      'refuses a number that was used',
      [hello, count(2), count(1)],
      [hello, { t: 'ok', id: 2, r: 0 }, err(1, 'malformed-message')],
    ],
    [
      'takes no notice of a cancel for nothing',
      [hello, { t: 'cancel', id: 5 }, count(1)],
      [hello, { t: 'ok', id: 1, r: 0 }],
    ],
  ])('%s', async (_name, messages, answers) => {
    const open = await line.open()
    const heard = await converse(open, messages, answers.length)
    await open.dispose()
    expect(heard).toHaveLength(answers.length)
    expect(heard).toEqual(expect.arrayContaining(answers))
  })
})
