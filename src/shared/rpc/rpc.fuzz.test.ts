import fc from 'fast-check'
import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { defineContract } from '../contract/define.ts'
import { errorCatalogue } from '../errors.ts'
import { createClient } from './client.ts'
import { envelope, envelopeVersion } from './envelope.ts'
import { createMemoryPair } from './memory-pair.ts'
import { serve } from './server.ts'
import type { Transport } from './transport.ts'

const contract = defineContract({
  methods: { double: { input: z.number(), output: z.number() } },
  events: { tick: z.number() },
})

/** Messages that look right in most places, with anything at all in the others. */
const hostileMessage = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      t: fc.oneof(fc.constantFrom('hello', 'call', 'cancel', 'ok', 'err', 'ev', '__proto__'), fc.jsonValue()),
      id: fc.oneof(fc.integer({ min: -1, max: 5 }), fc.double(), fc.jsonValue()),
      m: fc.oneof(fc.constantFrom('double', 'constructor', '__proto__', 'toString'), fc.jsonValue()),
      ev: fc.oneof(fc.constantFrom('tick', 'hasOwnProperty'), fc.jsonValue()),
      seq: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.jsonValue()),
      v: fc.oneof(fc.constant(envelopeVersion), fc.integer()),
      a: fc.jsonValue(),
      r: fc.jsonValue(),
      d: fc.jsonValue(),
      e: fc.oneof(fc.record({ code: fc.string(), message: fc.string(), hint: fc.string() }), fc.jsonValue()),
    },
    { requiredKeys: ['t'] },
  ),
)
/** A number that hostile calls leave free. */
const lastId = Number.MAX_SAFE_INTEGER
const hostileTalk = fc
  .array(hostileMessage, { maxLength: 8 })
  .filter((talk) => !JSON.stringify(talk).includes(String(lastId)))

/** Long enough for everything on a memory line to arrive and be answered. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function hear(line: Transport): unknown[] {
  const heard: unknown[] = []
  line.onMessage((message) => heard.push(message))
  return heard
}

describe('whatever arrives', () => {
  it('a server says nothing but envelopes with codes of the catalogue, and keeps serving', async () => {
    await fc.assert(
      fc.asyncProperty(hostileTalk, async (talk) => {
        const [near, far] = createMemoryPair()
        serve(contract, far, { double: (value) => 2 * value })
        const heard = hear(near)
        for (const message of talk) near.send(message)
        near.send({ t: 'hello', v: envelopeVersion })
        near.send({ t: 'call', id: lastId, m: 'double', a: 21 })
        await settle()
        for (const answer of heard.map((message) => envelope.parse(message))) {
          if (answer.t === 'err') expect(errorCatalogue).toHaveProperty([answer.e.code])
        }
        expect(heard).toContainEqual({ t: 'ok', id: lastId, r: 42 })
        expect(heard.some((message) => envelope.parse(message).t === 'hello')).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('a client settles every call, and rejects with codes of the catalogue only', async () => {
    await fc.assert(
      fc.asyncProperty(hostileTalk, async (talk) => {
        const [near, far] = createMemoryPair()
        const codes: string[] = []
        const client = createClient(contract, near, { onFault: ({ error }) => codes.push(error.code) })
        const answers: unknown[] = []
        const calls = [1, 2, 3].map((value) =>
          client.call('double', value).then(
            (answer) => answers.push(answer),
            (error: unknown) => codes.push((error as { code: string }).code),
          ),
        )
        await settle()
        for (const message of talk) far.send(message)
        far.close()
        await Promise.all(calls)
        expect(answers.every((answer) => typeof answer === 'number')).toBe(true)
        for (const code of codes) expect(errorCatalogue).toHaveProperty([code])
      }),
      { numRuns: 300 },
    )
  })
})
