import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ExitReport, Spawner, WorkerProcess } from '../../../src/host/worker-process.ts'
import {
  engineContract,
  engineProtocolVersion,
  type EngineContract,
  type Job,
  type Outcome,
  type Plan,
} from '../../../src/shared/contract/engine.ts'
import { PasticheError, type ErrorCode } from '../../../src/shared/errors.ts'
import { createMemoryPair } from '../../../src/shared/rpc/memory-pair.ts'
import { serve, type Handlers, type Server } from '../../../src/shared/rpc/server.ts'
import type { Transport } from '../../../src/shared/rpc/transport.ts'
import { FakeTools } from './fake-tools.ts'
import { tinyPng } from './tiny-png.ts'

export const device = { id: 'cpu', name: 'CPU', usable: true, note: '' } as const
const plan: Plan = {
  scales: [{ widthPx: 64, heightPx: 48, steps: 10, stepFlop: 1000, memoryBytes: 0 }],
  totalFlop: 10_000,
  peakMemoryBytes: 1000,
  notice: null,
}

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
  readonly job: Job
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
  /** What a call to control a job is refused with. */
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
    this.#server.emit('progress', {
      jobId: this.current.jobId,
      scale: { index: 0, count: 1, widthPx: 64, heightPx: 48 },
      ...{ step: totalStep, steps: 10, totalStep, totalSteps: 10, part: totalStep / 10 },
      loss: { total: 1 / totalStep, content: 1, style: 2, variation: 3, layers: {} },
      ...{ elapsedMs: totalStep * 100, remainingMs: null },
    })
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
    this.#end({ state, path, widthPx: 64, heightPx: 48, elapsedMs: 1000 })
  }

  /** Saves the newest job on its way, as far as a fake can. */
  saveCheckpoint(): void {
    const { path } = this.current.job.checkpoint!
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'half a picture')
  }

  /** Ends the newest job with an error, and no picture. */
  fail(code: ErrorCode, message: string): void {
    this.#end({ state: 'failed', error: new PasticheError(code, message).toData(), path: null })
  }

  #end(outcome: Outcome): void {
    this.#server.emit('ended', { jobId: this.current.jobId, outcome })
  }

  #leave(report: ExitReport): void {
    this.isGone = true
    this.#exit(report)
  }

  #handlers(appVersion: string): Handlers<EngineContract> {
    const control = (text: string): null => {
      this.heard.push(text)
      if (this.refuse !== null) throw this.refuse
      return null
    }
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
      pause: () => control('pause'),
      resume: () => control('resume'),
      stop: () => {
        control('stop')
        this.finish('stopped')
        return null
      },
      suspend: () => {
        control('suspend')
        this.saveCheckpoint()
        this.#end({ state: 'suspended' })
        return null
      },
      setWeights: ({ weights }: { weights: unknown }) => control(JSON.stringify(weights)),
      watch: ({ everyMs }: { everyMs: number | null }) => control(`watch ${String(everyMs)}`),
    }
    const others = Object.keys(engineContract.methods).map((method) => [method, no] as const)
    return { ...Object.fromEntries(others), ...known } as unknown as Handlers<EngineContract>
  }
}
