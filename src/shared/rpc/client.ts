import type { z } from 'zod'
import type { Contract, EventName, EventsOf, Input, MethodName, Output } from '../contract/define.ts'
import { describeFailure } from '../describe-issue.ts'
import { PasticheError } from '../errors.ts'
import type { CancelSignal } from './cancel-signal.ts'
import { envelope, envelopeVersion, readableCallId } from './envelope.ts'
import type { Envelope } from './envelope.ts'
import { cancelled, closedBy, malformed, mismatch, unanswered, unknownMethod } from './rpc-errors.ts'
import { Topics } from './topics.ts'
import type { Off, Transport } from './transport.ts'

/** Something the other side sent that this side cannot use, and that no waiting call can be blamed for. */
export interface Fault {
  readonly error: PasticheError
  /** The event that was lost by it, where its name could be read. */
  readonly event: string | null
}

export interface ClientOptions {
  readonly onFault?: (fault: Fault) => void
}

export interface CallOptions {
  readonly signal?: CancelSignal | undefined
}

export interface Client<C extends Contract> {
  /**
   * Rejects with a PasticheError: what the other side threw, `unknown-method`, `invalid-request`, `cancelled`,
   * `malformed-message`, `engine-mismatch`, or why the line was closed. Never waits longer than the line is open.
   */
  call<M extends MethodName<C>>(method: M, input: Input<C, M>, options?: CallOptions): Promise<Output<C, M>>
  on<E extends EventName<C>>(event: E, listener: (data: EventsOf<C>[E]) => void): Off
  /** Passes every event on to the listeners of `topics`. */
  forward(topics: Topics<EventsOf<C>>): void
  /** Closes the line; waiting and later calls are rejected with `reason`. Idempotent. */
  close(reason?: PasticheError): void
}

/** The asking side of a contract on a line. Parses every answer and event before anyone sees it. */
export function createClient<C extends Contract>(
  contract: C,
  transport: Transport,
  options: ClientOptions = {},
): Client<C> {
  return new RpcClient(contract, transport, options)
}

interface Waiting {
  readonly method: string
  readonly output: z.ZodType
  readonly resolve: (value: unknown) => void
  readonly reject: (error: PasticheError) => void
  readonly stopListening: Off
}

class RpcClient<C extends Contract> implements Client<C> {
  readonly #contract: C
  readonly #transport: Transport
  readonly #onFault: (fault: Fault) => void
  readonly #waiting = new Map<number, Waiting>()
  readonly #topics = new Topics<EventsOf<C>>()
  #lastId = 0
  #lastSeq = 0
  #closeReason: PasticheError | null = null

  constructor(contract: C, transport: Transport, options: ClientOptions) {
    this.#contract = contract
    this.#transport = transport
    this.#onFault = options.onFault ?? (() => undefined)
    transport.onMessage((message) => this.#receive(message))
    transport.onClose((reason) => this.close(closedBy(reason)))
    transport.send({ t: 'hello', v: envelopeVersion } satisfies Envelope)
  }

  async call<M extends MethodName<C>>(
    method: M,
    input: Input<C, M>,
    { signal }: CallOptions = {},
  ): Promise<Output<C, M>> {
    const { methods } = this.#contract
    const spec = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (spec === undefined) throw unknownMethod(method)
    if (this.#closeReason !== null) throw unanswered(method, this.#closeReason)
    if (signal?.aborted === true) throw cancelled(method)
    return (await this.#send(method, spec.output, input, signal)) as Output<C, M>
  }

  on<E extends EventName<C>>(event: E, listener: (data: EventsOf<C>[E]) => void): Off {
    return this.#topics.on(event, listener)
  }

  forward(topics: Topics<EventsOf<C>>): void {
    for (const event of Object.keys(this.#contract.events) as EventName<C>[])
      this.#topics.on(event, (data) => topics.emit(event, data))
  }

  close(reason = new PasticheError('connection-closed', 'This side closed the connection.')): void {
    if (this.#closeReason !== null) return
    this.#closeReason = reason
    this.#rejectAll((method) => unanswered(method, reason))
    this.#topics.clear()
    this.#transport.close()
  }

  #send(
    method: string,
    output: z.ZodType,
    input: unknown,
    signal: CancelSignal | undefined,
  ): Promise<unknown> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#cancel(id)
      const stopListening = (): void => signal?.removeEventListener('abort', onAbort)
      this.#waiting.set(id, { method, output, resolve, reject, stopListening })
      signal?.addEventListener('abort', onAbort)
      try {
        this.#transport.send({ t: 'call', id, m: method, a: input } satisfies Envelope)
      } catch (cause) {
        const message = `Expected the input of "${method}" to be plain JSON: ${PasticheError.from(cause).message}`
        this.#take(id)?.reject(new PasticheError('invalid-request', message, { cause }))
      }
    })
  }

  #cancel(id: number): void {
    const call = this.#take(id)
    if (call === undefined) return
    this.#transport.send({ t: 'cancel', id } satisfies Envelope)
    call.reject(cancelled(call.method))
  }

  #receive(message: unknown): void {
    if (this.#closeReason !== null) return
    const parsed = envelope.safeParse(message)
    if (!parsed.success) {
      const what = describeFailure(parsed.error, envelope, message, { root: 'the message' })
      this.#receiveNonsense(malformed(what), readableCallId(message))
      return
    }
    this.#dispatch(parsed.data)
  }

  #dispatch(message: Envelope): void {
    switch (message.t) {
      case 'hello':
        if (message.v !== envelopeVersion) this.close(mismatch(String(message.v)))
        return
      case 'ok':
        this.#receiveAnswer(message.id, message.r)
        return
      case 'err':
        if (message.id === null) this.#receiveNonsense(PasticheError.fromData(message.e), null)
        else this.#answered(message.id)?.reject(PasticheError.fromData(message.e))
        return
      case 'ev':
        this.#receiveEvent(message.ev, message.seq, message.d)
        return
      case 'call':
      case 'cancel':
        this.#fault(malformed(`Expected an answer or an event, received a ${message.t}.`), null)
    }
  }

  #receiveAnswer(id: number, answer: unknown): void {
    const call = this.#answered(id)
    if (call === undefined) return
    const parsed = call.output.safeParse(answer)
    if (parsed.success) {
      call.resolve(parsed.data)
      return
    }
    const what = describeFailure(parsed.error, call.output, answer, { root: 'the answer' })
    call.reject(malformed(`The answer to "${call.method}" was not understood. ${what}`))
  }

  #receiveEvent(event: string, seq: number, data: unknown): void {
    const expectedSeq = this.#lastSeq + 1
    if (seq !== expectedSeq) {
      this.#fault(malformed(`Expected event number ${expectedSeq}, received ${seq} ("${event}").`), event)
    }
    // One that was told already, or is overtaken by a later one, would turn time back.
    if (seq < expectedSeq) return
    this.#lastSeq = seq
    const { events } = this.#contract
    const schema = Object.hasOwn(events, event) ? events[event] : undefined
    if (schema === undefined) {
      this.#fault(malformed(`Expected a known event, received "${event}".`), event)
      return
    }
    const parsed = schema.safeParse(data)
    if (parsed.success) this.#topics.emit(event, parsed.data as never)
    else {
      const what = describeFailure(parsed.error, schema, data, { root: 'its data' })
      this.#fault(malformed(`The event "${event}" was not understood. ${what}`), event)
    }
  }

  /** Nobody knows whose answer it was, so nobody may go on waiting for it. */
  #receiveNonsense(error: PasticheError, id: number | null): void {
    const call = id === null ? undefined : this.#take(id)
    if (call !== undefined) {
      call.reject(unanswered(call.method, error))
      return
    }
    this.#rejectAll((method) => unanswered(method, error))
    this.#fault(error, null)
  }

  /** The call an answer is for. Late and second answers are dropped; one that nobody asked for is a fault. */
  #answered(id: number): Waiting | undefined {
    if (id > this.#lastId)
      this.#fault(malformed(`Expected an answer to a call, received one to call ${id}.`), null)
    return this.#take(id)
  }

  #take(id: number): Waiting | undefined {
    const call = this.#waiting.get(id)
    this.#waiting.delete(id)
    call?.stopListening()
    return call
  }

  #rejectAll(errorFor: (method: string) => PasticheError): void {
    for (const id of [...this.#waiting.keys()]) {
      const call = this.#take(id)
      call?.reject(errorFor(call.method))
    }
  }

  #fault(error: PasticheError, event: string | null): void {
    this.#onFault({ error, event })
  }
}
