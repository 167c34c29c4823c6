import { setTimeout as delay } from 'node:timers/promises'
import type { EventName, EventsOf, Input, MethodName, Output } from '../shared/contract/define.ts'
import { engineContract, type EngineContract } from '../shared/contract/engine.ts'
import { PasticheError } from '../shared/errors.ts'
import type { CallOptions, Fault } from '../shared/rpc/client.ts'
import { Topics } from '../shared/rpc/topics.ts'
import type { Off } from '../shared/rpc/transport.ts'
import { describeExit } from './describe-exit.ts'
import type { LossMoment } from './describe-exit.ts'
import { EngineConnection } from './engine-connection.ts'
import { HangWatch } from './hang-watch.ts'
import { orCancelled, settlesWithin } from './timeouts.ts'
import type { Spawner } from './worker-process.ts'

export interface EngineHostOptions {
  readonly spawn: Spawner
  /** Must be the worker's own, or the handshake fails with `engine-mismatch`. */
  readonly appVersion: string
  /** As the worker speaks it; default that of Pastiche's own methods. */
  readonly contract?: EngineContract
  /** From the start of the process to the end of the handshake. Default 30 000. */
  readonly startTimeoutMs?: number
  /** Silence of the worker, while something is awaited from it, that counts as a hang. Default 120 000. */
  readonly hangTimeoutMs?: number
  /** Time in which `close` lets a running job save its picture, and then the worker leave. Default 10 000. */
  readonly closeTimeoutMs?: number
  /** Number of tries to start a worker, in all. Default 3. */
  readonly startTries?: number
  /** The rest before the second try; it doubles with each further one. Default 250. */
  readonly startRestMs?: number
}

/** A job as the host sees it: whom to tell of a lost engine, how to end it, when it has ended. */
export interface WatchedJob {
  readonly onLost: (error: PasticheError) => void
  readonly stop: () => void
  readonly ended: Promise<unknown>
}

const defaults = {
  contract: engineContract,
  startTimeoutMs: 30_000,
  hangTimeoutMs: 120_000,
  closeTimeoutMs: 10_000,
  startTries: 3,
  startRestMs: 250,
}
/** Time for a lost worker to free its memory before the next one is started. */
const leaveTimeoutMs = 5000

/**
 * The engine as the application sees it: a worker process that is started on first use, checked, watched, and
 * restarted after a crash or a hang. Whatever happens to it, every call is answered: with a PasticheError if need be.
 */
export class EngineHost {
  readonly #options: Required<EngineHostOptions>
  readonly #events = new Topics<EventsOf<EngineContract>>()
  readonly #jobs = new Set<WatchedJob>()
  readonly #watch: HangWatch
  readonly #stopResting = new AbortController()
  /** The newest worker, in whatever state. */
  #newest: EngineConnection | null = null
  /** The newest worker, once its handshake is done and until it is lost. */
  #ready: EngineConnection | null = null
  #starting: Promise<EngineConnection> | null = null
  /** The reason why no worker is started any more. */
  #final: PasticheError | null = null
  #closing: Promise<void> | null = null
  #noticedFault = false

  constructor(options: EngineHostOptions) {
    this.#options = { ...defaults, ...options }
    this.#watch = new HangWatch({
      hangTimeoutMs: this.#options.hangTimeoutMs,
      onHang: (silentMs) => this.#newest?.abandon(hung(silentMs, this.#jobs.size > 0)),
    })
  }

  /** Calls the engine, starting it first if need be. Rejects with a PasticheError; never waits for a dead worker. */
  async call<M extends MethodName<EngineContract>>(
    method: M,
    input: Input<EngineContract, M>,
    options: CallOptions = {},
  ): Promise<Output<EngineContract, M>> {
    const connection = await orCancelled(this.#connect(), options.signal, method)
    const stopWaiting = this.#watch.wait()
    try {
      return await connection.client.call(method, input, options)
    } finally {
      stopWaiting()
    }
  }

  /** Listens to an event of the engine, of this worker and of any that follows it. */
  on<E extends EventName<EngineContract>>(
    event: E,
    listener: (data: EventsOf<EngineContract>[E]) => void,
  ): Off {
    return this.#events.on(event, listener)
  }

  /** Number of listeners to events. */
  get listenerCount(): number {
    return this.#events.count
  }

  /** Until the returned function is called, a job counts as running: silence is a hang, and a loss is told to it. */
  watchJob(job: WatchedJob): Off {
    const stopWaiting = this.#watch.wait()
    this.#jobs.add(job)
    return () => {
      stopWaiting()
      this.#jobs.delete(job)
    }
  }

  /** Until nothing is awaited any more, a silence of this length is no hang. */
  allowSilence(durationMs: number): void {
    this.#watch.allow(durationMs)
  }

  /** Ends a worker that is at work at once; the next call starts another. One that still starts has no work yet. */
  kill(): void {
    this.#ready?.abandon(new PasticheError('cancelled', 'The engine was told to end at once.'))
  }

  /** Stops running jobs, their pictures kept, and ends the worker. Idempotent; never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    return this.#closing
  }

  async #shutDown(): Promise<void> {
    const { closeTimeoutMs } = this.#options
    const jobs = [...this.#jobs]
    for (const job of jobs) job.stop()
    await settlesWithin(Promise.all(jobs.map((job) => job.ended)), jobs.length > 0 ? closeTimeoutMs : 0)
    this.#final = new PasticheError('connection-closed', 'The engine was closed.')
    this.#stopResting.abort()
    await this.#newest?.close(closeTimeoutMs)
  }

  async #connect(): Promise<EngineConnection> {
    if (this.#final !== null) throw this.#final
    if (this.#ready !== null) return this.#ready
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null
    })
    return this.#starting
  }

  async #start(): Promise<EngineConnection> {
    const { startTries, startRestMs } = this.#options
    for (let tries = 1; ; tries += 1) {
      if (this.#newest !== null) await settlesWithin(this.#newest.gone, leaveTimeoutMs)
      if (this.#final !== null) throw this.#final
      const connection = this.#open()
      const failure = await this.#greet(connection)
      if (failure === null) return connection
      if (failure.code === 'engine-mismatch') this.#final ??= failure
      if (failure.code !== 'engine-lost') throw failure
      if (tries === startTries) throw (this.#final ??= startedInVain(tries, failure))
      await this.#rest(startRestMs * 2 ** (tries - 1))
    }
  }

  /** Starts a worker process. Throws what the spawner throws: another try would not help. */
  #open(): EngineConnection {
    const connection: EngineConnection = new EngineConnection({
      process: this.#options.spawn(),
      contract: this.#options.contract,
      explain: (report) =>
        new PasticheError('engine-lost', describeExit(report, this.#momentOf(connection)), { cause: report }),
      events: this.#events,
      onHeard: () => this.#watch.heard(),
      onFault: (fault) => this.#judge(connection, fault),
      onEnd: (reason) => this.#lose(connection, reason),
    })
    connection.client.on('ended', ({ outcome }) => {
      if (outcome.state === 'failed' && outcome.error.code === 'internal') connection.end(spent())
    })
    this.#newest = connection
    return connection
  }

  async #greet(connection: EngineConnection): Promise<PasticheError | null> {
    try {
      await connection.handshake(this.#options.appVersion, this.#options.startTimeoutMs)
    } catch (thrown) {
      return PasticheError.from(thrown)
    }
    this.#ready = connection
    this.#noticedFault = false
    this.#watch.setConnected(true)
    return null
  }

  #momentOf(connection: EngineConnection): LossMoment {
    if (this.#ready !== connection) return 'while it was starting'
    return this.#jobs.size > 0 ? 'in the middle of the job' : 'before it answered'
  }

  #lose(connection: EngineConnection, reason: PasticheError): void {
    if (this.#ready !== connection) return
    this.#ready = null
    this.#watch.setConnected(false)
    for (const job of [...this.#jobs]) job.onLost(reason)
  }

  /** A picture on the way can be missed, and is noticed once; what decides how a job ends cannot. */
  #judge(connection: EngineConnection, { error, event }: Fault): void {
    if (event === null || event === 'ended') {
      const message = `The engine said something that Pastiche does not understand. ${error.message}`
      connection.abandon(new PasticheError('engine-mismatch', message, { cause: error }))
    } else if (!this.#noticedFault) {
      this.#noticedFault = true
      this.#events.emit('notice', { jobId: null, message: error.message })
    }
  }

  async #rest(durationMs: number): Promise<void> {
    // Closing ends the rest early; the loop then sees why.
    await delay(durationMs, undefined, { signal: this.#stopResting.signal }).catch(() => undefined)
  }
}

function hung(silentMs: number, hasJob: boolean): PasticheError {
  const moment = hasJob ? 'in the middle of the job' : 'before it answered'
  const seconds = Math.round(silentMs / 100) / 10
  return new PasticheError(
    'engine-hung',
    `The engine hung ${moment}: it said nothing for ${seconds} s and was ended.`,
  )
}

/** Nobody knows what still holds in a worker after a fault that nobody foresaw: it gets no second job. */
function spent(): PasticheError {
  return new PasticheError('engine-lost', 'The engine was ended after an unforeseen fault.')
}

function startedInVain(tries: number, last: PasticheError): PasticheError {
  const message = `The engine could not be started, in ${tries} tries. ${last.message}`
  const hint = 'Restart the computer; if that does not help, reinstall Pastiche.'
  return new PasticheError('engine-lost', message, { hint, cause: last })
}
