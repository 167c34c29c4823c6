import { existsSync } from 'node:fs'
import sharp from 'sharp'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import * as engine from '../../src/engine/index.ts'
import { methods as engineMethods } from '../../src/engine/methods/index.ts'
import type { Methods as EngineMethods } from '../../src/engine/methods/method.ts'
import {
  EngineHost,
  runJob,
  runWithRetries,
  type JobListeners,
  type RunningJob,
} from '../../src/host/index.ts'
import { engineContractOf } from '../../src/shared/contract/engine.ts'
import { jobSpecOf, picturePath, type Command, type JobSpec } from '../../src/shared/contract/job.ts'
import type { Methods } from '../../src/shared/methods/index.ts'
import { methodSet } from '../../src/shared/methods/method-set.ts'
import { optimise } from '../../src/shared/methods/optimise.ts'
import { createMemoryPair } from '../../src/shared/rpc/memory-pair.ts'
import { EngineService } from '../../src/worker/engine-service.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { negate, negateMethod } from './negate.ts'

// A method is a schema and a folder: nothing between the host and the engine is told of this one but the two lists.

const set = methodSet([optimise, negate]) as unknown as Methods
const contract = engineContractOf(set)
const methods = { ...engineMethods, negate: negateMethod } as unknown as EngineMethods

const temporary = temporaryFolder()
const photo = temporary.file('photo.png')
await sharp({ create: { width: 20, height: 12, channels: 3, background: { r: 200, g: 100, b: 0 } } })
  .png()
  .toFile(photo)

const host = new EngineHost({
  appVersion: '1.0.0',
  contract,
  spawn: () => {
    const [near, far] = createMemoryPair()
    let exit: (report: { code: number; signal: null; spawnError: null; lastLines: string[] }) => void
    const exited = new Promise<never>((resolve) => (exit = resolve as never))
    const face = {
      ...engine,
      planJob: (job: JobSpec) => engine.planJob(job, methods),
      checkJob: (job: JobSpec) => engine.checkJob(job, methods),
      startJob: (job: JobSpec, listeners: engine.JobListeners) => engine.startJob(job, listeners, methods),
    }
    new EngineService({
      ...{ port: far, engine: face, appVersion: '1.0.0', contract },
      exit: (code) => exit({ code, signal: null, spawnError: null, lastLines: [] }),
    })
    return { pid: undefined, transport: near, exited, kill: () => near.close() }
  },
})
const running: RunningJob[] = []
afterEach(async () => {
  for (const job of running.splice(0)) {
    await job.control({ kind: 'stop' })
    await job.outcome
  }
})
afterAll(() => host.close())

function jobOf(name: string, request: object = {}): JobSpec {
  return jobSpecOf(set).parse({
    method: { id: 'negate', parameters: {} },
    inputs: [{ slot: 'content', asset: { path: photo } }],
    output: { path: temporary.file(name) },
    resources: { device: 'cpu' },
    ...request,
  })
}

function run(job: JobSpec, listeners: JobListeners = {}): RunningJob {
  running.push(runJob(host, job, listeners))
  return running.at(-1)!
}

async function colourOf(path: string | null): Promise<number[]> {
  return [...(await sharp(path!).raw().toBuffer()).subarray(0, 3)]
}

describe('a second method', () => {
  it('is planned, checked and painted, with progress of its own', async () => {
    const job = jobOf('whole.png')
    expect(await host.call('plan', job)).toMatchObject({
      totalSteps: 10,
      detail: { method: 'negate', tenths: 10 },
    })
    expect(await host.call('check', job)).toEqual({ problem: null })
    const tenths: unknown[] = []
    const outcome = await run(job, { onProgress: ({ detail }) => tenths.push(detail) }).outcome
    expect(outcome).toMatchObject({
      state: 'done',
      outputs: [{ kind: 'picture', widthPx: 20, heightPx: 12 }],
    })
    expect(tenths).toEqual(Array.from({ length: 10 }, (_, i) => ({ method: 'negate', tenth: i + 1 })))
    expect(await colourOf(picturePath(outcome))).toEqual([55, 155, 255])
  })

  it('obeys the commands that every job obeys, and keeps its own parameters when it is steered', async () => {
    const steer = { kind: 'steer', steering: { method: 'negate', parameters: { strength: 0 } } }
    const job = run(jobOf('steered.png'), {
      onStart: () => {
        void job.control({ kind: 'pause' })
        void job.control(steer as unknown as Command)
        void job.control({ kind: 'resume' })
      },
    })
    expect(await colourOf(picturePath(await job.outcome))).toEqual([200, 100, 0])
  })

  it('stops without a picture where nothing was painted, and suspends as a stop where it saves no state', async () => {
    const stopped = run(jobOf('stopped.png'), { onStart: () => void stopped.control({ kind: 'pause' }) })
    await stopped.control({ kind: 'suspend' })
    expect((await stopped.outcome).state).toBe('stopped')
  })

  it('refuses a change that is for another method', async () => {
    const job = run(jobOf('refused.png'), { onStart: () => void job.control({ kind: 'pause' }) })
    await job.control({ kind: 'pause' })
    const steering = { method: 'optimise', parameters: { styleWeight: 2 } } as const
    await expect(job.control({ kind: 'steer', steering })).rejects.toThrow('another method')
  })

  it('takes the files of its slots and no others', () => {
    const inputs = [
      { slot: 'content', asset: { path: photo } },
      { slot: 'style', asset: { path: photo } },
    ]
    expect(() => jobOf('odd.png', { inputs })).toThrow('0 of style')
    expect(() => jobOf('odd.png', { inputs: [] })).toThrow('1 of content')
    expect(() => jobOf('odd.png', { method: { id: 'negate', parameters: { strength: 2 } } })).toThrow(
      'strength',
    )
  })

  it('runs with retries as every job does', async () => {
    const job = runWithRetries(host, jobOf('retried.png'))
    expect((await job.outcome).state).toBe('done')
    expect(existsSync(temporary.file('retried.png'))).toBe(true)
  })
})
