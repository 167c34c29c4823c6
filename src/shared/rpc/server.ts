import type { Contract, EventData, EventName, Input, MethodName, Output } from '../contract/define.ts'
import { describeFailure, parseOrThrow } from '../describe-issue.ts'
import { PasticheError } from '../errors.ts'
import { createCancelSource } from './cancel-signal.ts'
import type { CancelSignal, CancelSource } from './cancel-signal.ts'
import { envelope, envelopeVersion, readableCallId } from './envelope.ts'
import type { Envelope } from './envelope.ts'
import { malformed, mismatch, unknownMethod } from './rpc-errors.ts'
import type { Transport } from './transport.ts'

export interface CallContext {
  /** Aborted when the caller no longer wants the answer, or is gone. */
  readonly signal: CancelSignal
}

export type Handlers<C extends Contract> = {
  readonly [M in MethodName<C>]: (
    input: Input<C, M>,
    context: CallContext,
  ) => Output<C, M> | Promise<Output<C, M>>
}

export interface Server<C extends Contract> {
  /** Tells an event; silently nothing once the line is closed. */
  emit<E extends EventName<C>>(event: E, data: EventData<C, E>): void
  /** Closes the line and aborts what still runs for it. Idempotent. */
  close(): void
}

/**
 * The answering side of a contract on a line. Parses every input before a handler sees it; answers every call
 * exactly once, with a typed error where it cannot be served; survives whatever arrives.
 */
export function serve<C extends Contract>(
  contract: C,
  transport: Transport,
  handlers: Handlers<C>,
): Server<C> {
  return new RpcServer(contract, transport, handlers)
}

type Handler = (input: unknown, context: CallContext) => unknown

class RpcServer<C extends Contract> implements Server<C> {
  readonly #contract: C
  readonly #transport: Transport
  readonly #handlers: Handlers<C>
  readonly #running = new Map<number, CancelSource>()
  #otherVersion: number | null = null
  #lastId = 0
  #lastSeq = 0
  #open = true

  constructor(contract: C, transport: Transport, handlers: Handlers<C>) {
    this.#contract = contract
    this.#transport = transport
    this.#handlers = handlers
    transport.onMessage((message) => this.#receive(message))
    transport.onClose(() => this.close())
  }

  emit<E extends EventName<C>>(event: E, data: EventData<C, E>): void {
    if (this.#open)
      this.#transport.send({ t: 'ev', ev: event, seq: ++this.#lastSeq, d: data } satisfies Envelope)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    for (const source of this.#running.values()) source.abort()
    this.#running.clear()
    this.#transport.close()
  }

  #receive(message: unknown): void {
    if (!this.#open) return
    const parsed = envelope.safeParse(message)
    if (!parsed.success) {
      const what = describeFailure(parsed.error, envelope, message, { root: 'the message' })
      this.#refuse(readableCallId(message), malformed(what))
      return
    }
    this.#dispatch(parsed.data)
  }

  #dispatch(message: Envelope): void {
    switch (message.t) {
      case 'hello':
        this.#otherVersion = message.v
        this.#transport.send({ t: 'hello', v: envelopeVersion } satisfies Envelope)
        return
      case 'call':
        void this.#answer(message.id, message.m, message.a)
        return
      case 'cancel':
        // One that comes after the answer finds nothing, which is fine: the two crossed.
        this.#running.get(message.id)?.abort()
        return
      case 'ok':
      case 'err':
      case 'ev': {
        const text = `Expected a call, received ${message.t === 'ev' ? 'an event' : 'an answer'}.`
        this.#refuse(null, malformed(text))
      }
    }
  }

  async #answer(id: number, method: string, input: unknown): Promise<void> {
    try {
      this.#checkOrder(id)
    } catch (error) {
      this.#refuse(id, PasticheError.from(error))
      return
    }
    const source = createCancelSource()
    this.#running.set(id, source)
    try {
      const result = await this.#perform(method, input, source.signal)
      if (this.#open) this.#transport.send({ t: 'ok', id, r: result } satisfies Envelope)
    } catch (thrown) {
      this.#refuse(id, PasticheError.from(thrown))
    } finally {
      this.#running.delete(id)
    }
  }

  #checkOrder(id: number): void {
    if (this.#otherVersion !== envelopeVersion) {
      throw mismatch(String(this.#otherVersion ?? 'none'))
    }
    if (id <= this.#lastId) {
      throw malformed(`Expected a call with a number above ${this.#lastId}, received ${id}.`)
    }
    this.#lastId = id
  }

  #perform(method: string, input: unknown, signal: CancelSignal): unknown {
    const { methods } = this.#contract
    const spec = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (spec === undefined) throw unknownMethod(method)
    const parsed = parseOrThrow(spec.input, input, { root: `the input of "${method}"` })
    const handler = this.#handlers[method as MethodName<C>] as unknown as Handler
    return handler(parsed, { signal })
  }

  #refuse(id: number | null, error: PasticheError): void {
    if (this.#open) this.#transport.send({ t: 'err', id, e: error.toData() } satisfies Envelope)
  }
}
