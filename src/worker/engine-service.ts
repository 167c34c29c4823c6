import { setImmediate as afterThisTurn } from 'node:timers/promises'
import type { Input, Output } from '../shared/contract/define.ts'
import { engineContract, engineProtocolVersion } from '../shared/contract/engine.ts'
import type { EngineContract } from '../shared/contract/engine.ts'
import { PasticheError } from '../shared/errors.ts'
import { serve } from '../shared/rpc/server.ts'
import type { CallContext, Handlers, Server } from '../shared/rpc/server.ts'
import type { PortLine } from '../shared/rpc/line.ts'
import type { EngineFace, RunningJob } from './engine-face.ts'
import { WorkerJob } from './worker-job.ts'

export interface EngineServiceOptions {
  readonly port: PortLine
  readonly engine: EngineFace
  readonly appVersion: string
  /** Knows the methods of the engine; default those of Pastiche. */
  readonly contract?: EngineContract
  /** Ends this process. */
  readonly exit: (code: number) => void
}

const heartbeatMs = 1000

/**
 * Serves the engine contract on a port, one job at a time, until the port closes: then a running job is stopped,
 * its picture kept, and the process ends. Calls are heard between two steps of a run, which block the event loop.
 */
export class EngineService {
  readonly #options: EngineServiceOptions
  readonly #server: Server<EngineContract>
  readonly #heartbeat: NodeJS.Timeout
  #job: WorkerJob | null = null

  constructor(options: EngineServiceOptions) {
    this.#options = options
    this.#server = serve(options.contract ?? engineContract, options.port, this.#handlers())
    this.#heartbeat = setInterval(() => this.#server.emit('heartbeat', {}), heartbeatMs)
    this.#heartbeat.unref()
    options.port.onClose(() => void this.#leave())
  }

  /** The last words of a process in which nobody knows what still holds: the job fails, then the process ends. */
  async crash(thrown: unknown): Promise<void> {
    this.#job?.fail(PasticheError.from(thrown))
    await this.#options.port.flushed()
    this.#options.exit(1)
  }

  /** The job rests until the returned function is called; one that was paused stays so. */
  rest(): () => void {
    const job = this.#job
    job?.rest()
    return () => job?.wake()
  }

  #handlers(): Handlers<EngineContract> {
    const { engine, appVersion } = this.#options
    return {
      handshake: () => ({
        protocolVersion: engineProtocolVersion,
        appVersion,
        runtimeVersion: engine.runtimeVersion,
      }),
      devices: () => engine.listDevices(),
      chooseDevice: ({ device }) => engine.chooseDevice(device),
      plan: (job) => engine.planJob(job),
      check: (job) => engine.checkJob(job),
      calibrate: (request) => engine.calibrate(request),
      inspectPicture: ({ path }) => engine.inspectPicture(path),
      renderPicture: ({ target, ...request }) => engine.renderPicture(request, target.path),
      savePicture: ({ source, output }) => engine.savePicture(source, output),
      exportGraph: (request) => engine.exportGraph(request),
      inspectWeights: (request) => engine.inspectWeights(request),
      importWeights: (request) => engine.importWeights(request),
      verifyWeights: (request) => engine.verifyWeights(request),
      start: (input, context) => this.#start(input, context),
      control: (input) => this.#control(input),
      saveCheckpoint: ({ job }) => engine.saveCheckpoint(job),
    }
  }

  async #start(
    { jobId, job }: Input<EngineContract, 'start'>,
    { signal }: CallContext,
  ): Promise<Output<EngineContract, 'start'>> {
    if (this.#job !== null) {
      throw new PasticheError('engine-busy', 'A job is already running.')
    }
    const current = new WorkerJob(jobId, job, this.#options.engine, (event, data) => {
      this.#server.emit(event, data)
    })
    this.#job = current
    try {
      const run = await current.started
      if (signal.aborted) run.control({ kind: 'stop' })
      void this.#follow(current, run)
      const { plan, device, resumedFrom } = run
      return { plan, device, resumedFrom }
    } catch (thrown) {
      this.#job = null
      throw thrown
    }
  }

  async #follow(job: WorkerJob, run: RunningJob): Promise<void> {
    // By then the answer to `start` is on its way: a job that is done at once ends after it has started.
    await afterThisTurn()
    try {
      job.end(await run.outcome)
    } catch (thrown) {
      job.fail(PasticheError.from(thrown))
    }
    this.#job = null
  }

  async #control({ jobId, command }: Input<EngineContract, 'control'>): Promise<null> {
    const job = this.#job?.id === jobId ? this.#job : null
    const hasStarted = ((await job?.started.catch(() => null)) ?? null) !== null
    if (job === null || !hasStarted) throw new PasticheError('unknown-job', 'This job is not running.')
    job.control(command)
    return null
  }

  async #leave(): Promise<void> {
    clearInterval(this.#heartbeat)
    await this.#job?.suspend()
    this.#options.exit(0)
  }
}
