import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ExitReport, Spawner, WorkerProcess } from '../../../src/host/worker-process.ts'
import {
  engineContract,
  engineProtocolVersion,
  type EngineContract,
} from '../../../src/shared/contract/engine.ts'
import type { Command, JobSpec, Outcome } from '../../../src/shared/contract/job.ts'
import { PasticheError, type ErrorCode } from '../../../src/shared/errors.ts'
import { createMemoryPair } from '../../../src/shared/rpc/memory-pair.ts'
import { serve, type Handlers, type Server } from '../../../src/shared/rpc/server.ts'
import type { Transport } from '../../../src/shared/rpc/transport.ts'
import { aPlan, aProgress } from '../../support/job-values.ts'
import { FakeTools } from './fake-tools.ts'
import { tinyPng } from './tiny-png.ts'

export const device = { id: 'cpu', name: 'CPU', usable: true, note: '' } as const
const plan = aPlan([{ steps: 10, stepFlop: 1000 }])

/** Workers inside the process of the test, which decides what they do and when. */
export class FakeWorkers {
  readonly started: FakeWorker[] = []
  readonly #appVersion: string
  /** Looks at a worker before it is greeted. */
  onStart: (worker: FakeWorker) => void = () => undefined

  constructor(appVersion: string) {
    this.#appVersion = appVersion
  }

  readonly spawn: Spawner = () => {
    const worker = new FakeWorker(this.#appVersion)
    this.started.push(worker)
    this.onStart(worker)
    return worker.process
  }

  get newest(): FakeWorker {
    return this.started.at(-1)!
  }
}

interface Begun {
  readonly jobId: string
  readonly job: JobSpec
}

export class FakeWorker {
  readonly process: WorkerProcess
  /** Control calls of jobs, in their order, as short texts. */
  readonly heard: string[] = []
  /** Jobs that were begun, in their order. */
  readonly begun: Begun[] = []
  failDevices = false
  /** Once a job has begun. */
  onBegin: () => void = () => undefined
  /** Error with which a call to control a job is refused. */
  refuse: PasticheError | null = null
  isGone = false
  /** Looks at pictures for it. */
  readonly tools = new FakeTools()
  readonly #server: Server<EngineContract>
  #exit: (report: ExitReport) => void = () => undefined
  #line: Transport

  constructor(appVersion: string) {
    const [near, far] = createMemoryPair()
    this.#line = far
    const exited = new Promise<ExitReport>((resolve) => (this.#exit = resolve))
    this.process = { pid: undefined, transport: near, exited, kill: (signal) => this.die(signal) }
    this.#server = serve(engineContract, far, this.#handlers(appVersion))
    far.onClose(() => this.#leave({ code: 0, signal: null, spawnError: null, lastLines: [] }))
  }

  get current(): Begun {
    return this.begun.at(-1)!
  }

  /** Ends the process, as a signal would. */
  die(signal = 'SIGKILL'): void {
    this.#leave({ code: null, signal, spawnError: null, lastLines: [] })
    this.#line.close()
  }

  /** Does a step of the newest job. */
  paint(totalStep: number): void {
    this.#server.emit('progress', { jobId: this.current.jobId, ...aProgress(totalStep) })
  }

  preview(totalStep: number): void {
    const { jobId } = this.current
    const picture = { widthPx: 1, heightPx: 1, webpBase64: 'AAAA', path: null }
    this.#server.emit('preview', { jobId, totalStep, ...picture })
  }

  notice(message: string): void {
    this.#server.emit('notice', { jobId: this.current.jobId, message })
  }

  /** Ends the newest job with its picture. */
  finish(state: 'done' | 'stopped' = 'done'): void {
    const { path } = this.current.job.output
    writeFileSync(path, tinyPng)
    this.#end({ state, outputs: [{ kind: 'picture', path, widthPx: 64, heightPx: 48 }], elapsedMs: 1000 })
  }

  /** Saves the newest job on its way, as far as a fake can. */
  saveCheckpoint(): void {
    const { path } = this.current.job.checkpoint!
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'half a picture')
  }

  /** Ends the newest job with an error, and no picture. */
  fail(code: ErrorCode, message: string): void {
    this.#end({ state: 'failed', error: new PasticheError(code, message).toData(), outputs: [] })
  }

  #end(outcome: Outcome): void {
    this.#server.emit('ended', { jobId: this.current.jobId, outcome })
  }

  #obey(command: Command): null {
    this.heard.push(textOf(command))
    if (this.refuse !== null) throw this.refuse
    if (command.kind === 'stop') this.finish('stopped')
    if (command.kind === 'suspend') {
      this.saveCheckpoint()
      this.#end({ state: 'suspended', outputs: [] })
    }
    return null
  }

  #leave(report: ExitReport): void {
    this.isGone = true
    this.#exit(report)
  }

  #handlers(appVersion: string): Handlers<EngineContract> {
    const no = (): never => {
      throw new PasticheError('weights-unsupported', 'The fake worker reads no weights.')
    }
    const look =
      (method: 'inspectPicture' | 'renderPicture' | 'savePicture') =>
      (input: never): Promise<unknown> =>
        this.tools.call(method, input)
    const known = {
      inspectPicture: look('inspectPicture'),
      renderPicture: look('renderPicture'),
      savePicture: look('savePicture'),
      handshake: () => ({ protocolVersion: engineProtocolVersion, appVersion, runtimeVersion: 'fake' }),
      devices: () => {
        if (this.failDevices) throw new PasticheError('device-failed', 'The driver is broken.')
        return [{ ...device, needs: [] }]
      },
      chooseDevice: () => ({ device, notice: null }),
      plan: () => plan,
      start: (begun: Begun) => {
        this.begun.push(begun)
        setTimeout(() => this.onBegin(), 0)
        return { plan, device, resumedFrom: null }
      },
      control: ({ command }: { command: Command }) => this.#obey(command),
    }
    const others = Object.keys(engineContract.methods).map((method) => [method, no] as const)
    return { ...Object.fromEntries(others), ...known } as unknown as Handlers<EngineContract>
  }
}

function textOf(command: Command): string {
  if (command.kind === 'steer') return JSON.stringify(command.steering.parameters)
  return command.kind === 'watch' ? `watch ${String(command.everyMs)}` : command.kind
}
