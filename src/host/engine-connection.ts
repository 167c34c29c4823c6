import type { EventsOf } from '../shared/contract/define.ts'
import { engineProtocolVersion } from '../shared/contract/engine.ts'
import type { EngineContract } from '../shared/contract/engine.ts'
import { PasticheError } from '../shared/errors.ts'
import { createClient } from '../shared/rpc/client.ts'
import type { Client, Fault } from '../shared/rpc/client.ts'
import { OnceEvent } from '../shared/rpc/listeners.ts'
import type { Topics } from '../shared/rpc/topics.ts'
import type { Transport } from '../shared/rpc/transport.ts'
import { settlesWithin } from './timeouts.ts'
import type { ExitReport, WorkerProcess } from './worker-process.ts'

export interface ConnectionOptions {
  readonly process: WorkerProcess
  readonly contract: EngineContract
  /** Describes an unexpected end of the process. */
  readonly explain: (report: ExitReport) => PasticheError
  /** Receives the events of the worker. */
  readonly events: Topics<EventsOf<EngineContract>>
  readonly onHeard: () => void
  readonly onFault: (fault: Fault) => void
  /** Called once, whatever ended the connection. */
  readonly onEnd: (reason: PasticheError) => void
}

/** Time for a worker that hung up to leave by itself, before it is killed. */
const hangUpTimeoutMs = 2000
/** Time for a process to die from a signal. */
const signalTimeoutMs = 2000

/** One worker process from its start to its end, and the line to it. It ends once, for one reason. */
export class EngineConnection {
  readonly client: Client<EngineContract>
  /** Resolves when the process is gone. */
  readonly gone: Promise<unknown>
  readonly #process: WorkerProcess
  readonly #end = new OnceEvent<PasticheError>()
  #endReason: PasticheError | null = null
  #closing = false

  constructor(options: ConnectionOptions) {
    this.#process = options.process
    this.#end.add(options.onEnd)
    const { transport, exited } = options.process
    this.client = createClient(options.contract, this.#explained(transport), { onFault: options.onFault })
    this.gone = exited.then((report) => this.end(options.explain(report)))
    transport.onMessage(options.onHeard)
    transport.onClose(() => void this.#hangUp())
    this.client.forward(options.events)
  }

  /** Rejects with why there is no working engine: `engine-lost`, `engine-hung` or `engine-mismatch`. */
  async handshake(appVersion: string, timeoutMs: number): Promise<void> {
    const timer = setTimeout(() => {
      const message = `The engine did not answer within ${timeoutMs / 1000} s after its start.`
      this.abandon(new PasticheError('engine-hung', message))
    }, timeoutMs)
    try {
      const answer = await this.client.call('handshake', {})
      checkVersion('protocol version', engineProtocolVersion, answer.protocolVersion)
      checkVersion('version', appVersion, answer.appVersion)
    } catch (thrown) {
      if (this.#endReason === null) this.end(asMismatch(PasticheError.from(thrown)))
      throw this.#endReason ?? thrown
    } finally {
      clearTimeout(timer)
    }
  }

  /** Hangs up: waiting calls are rejected with `reason`, the worker is expected to leave. The first reason counts. */
  end(reason: PasticheError): void {
    if (this.#endReason !== null) return
    this.#endReason = reason
    this.client.close(reason)
    this.#end.fire(reason)
  }

  /** Ends the connection, and the process at once. */
  abandon(reason: PasticheError): void {
    this.end(reason)
    this.#process.kill('SIGKILL')
  }

  /** Hangs up and waits for the process to leave; then sends it SIGTERM, and SIGKILL. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing = true
    this.end(new PasticheError('connection-closed', 'The engine was closed.'))
    if (await settlesWithin(this.gone, timeoutMs)) return
    this.#process.kill('SIGTERM')
    if (await settlesWithin(this.gone, signalTimeoutMs)) return
    this.#process.kill('SIGKILL')
    await settlesWithin(this.gone, signalTimeoutMs)
  }

  async #hangUp(): Promise<void> {
    if (this.#closing || (await settlesWithin(this.gone, hangUpTimeoutMs))) return
    this.#process.kill('SIGKILL')
  }

  /** The line as the client sees it: it closes when the end of the process is explained, not when the pipe breaks. */
  #explained(transport: Transport): Transport {
    return {
      send: (message) => transport.send(message),
      onMessage: (listener) => transport.onMessage(listener),
      onClose: (listener) => this.#end.add(listener),
      close: () => transport.close(),
    }
  }
}

function checkVersion(what: string, expected: number | string, received: number | string): void {
  if (expected === received) return
  const message = `The engine has ${what} ${received}, but Pastiche needs ${expected}.`
  throw new PasticheError('engine-mismatch', message)
}

/** Whatever a worker answers to a handshake but the right thing, it is not the worker of this app. */
function asMismatch(error: PasticheError): PasticheError {
  return new PasticheError('engine-mismatch', error.message, { cause: error })
}
