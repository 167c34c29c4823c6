import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { EngineHost, runJob, spawnChild } from '../../src/host/index.ts'
import type {
  EngineHostOptions,
  JobListeners,
  RunningJob,
  Spawner,
  WorkerProcess,
} from '../../src/host/index.ts'
import { buildFixture, removeFixture } from './build-fixture.ts'
import { fakeJob } from './fixtures/fake-job.ts'
import type { FailureKind } from './fixtures/fake-engine.ts'
import type { Oddity } from './fixtures/odd-worker.ts'

const appVersion = '1.2.3'
let fakeWorker: string
let oddWorker: string
let fakeHost: string
let folder: string
let outputPath: string
let hosts: EngineHost[]
/** Every worker process that a test started. */
let workers: WorkerProcess[]
/** How often a worker was started while the one before was still there, with all its memory. */
let overlaps: number

beforeAll(async () => {
  const fixture = (name: string): Promise<string> =>
    buildFixture(new URL(`./fixtures/${name}.ts`, import.meta.url))
  const files = await Promise.all(['fake-worker', 'odd-worker', 'fake-host'].map(fixture))
  ;[fakeWorker, oddWorker, fakeHost] = files as [string, string, string]
})

afterAll(() => Promise.all([fakeWorker, oddWorker, fakeHost].map(removeFixture)))

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pastiche-supervisor-'))
  outputPath = join(folder, 'out.png')
  hosts = []
  workers = []
  overlaps = 0
})

afterEach(async () => {
  await Promise.all(hosts.map((host) => host.close()))
  await rm(folder, { recursive: true })
  for (const { pid } of workers) expect(isAlive(pid)).toBe(false)
  expect(overlaps).toBe(0)
})

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A host whose workers are counted, and gone after the test. */
function startHost(spawn: Spawner, options: Partial<EngineHostOptions> = {}): EngineHost {
  const counted: Spawner = () => {
    if (workers.some(({ pid }) => isAlive(pid))) overlaps += 1
    const worker = spawn()
    workers.push(worker)
    return worker
  }
  const host = new EngineHost({ spawn: counted, appVersion, startRestMs: 1, ...options })
  hosts.push(host)
  return host
}

function startFake(options: Partial<EngineHostOptions> = {}): EngineHost {
  return startHost(spawnChild(fakeWorker), options)
}

function startOdd(oddity: Oddity, options: Partial<EngineHostOptions> = {}): EngineHost {
  return startHost(spawnChild(oddWorker, { env: { ...process.env, PASTICHE_ODDITY: oddity } }), options)
}

/** A host in a process of its own. */
function forkHost(errand: 'painting' | 'closing'): ChildProcess {
  return fork(fakeHost, [fakeWorker, outputPath, errand], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
}

const run = (
  host: EngineHost,
  failureKind: FailureKind,
  steps?: number,
  listeners?: JobListeners,
): RunningJob => runJob(host, fakeJob(failureKind, outputPath, steps), listeners)

/** A job that runs until it is ended, once it has made its first steps. */
async function runLong(host: EngineHost, listeners: JobListeners = {}): Promise<RunningJob> {
  let job: RunningJob | undefined
  await new Promise<void>((resolve) => {
    job = run(host, 'none', 60_000, { ...listeners, onProgress: () => resolve() })
  })
  return job!
}

const exportTo = (host: EngineHost, name: string): Promise<{ paths: string[] }> =>
  host.call('exportGraph', {
    folder: name,
    parameters: fakeJob('none', 'x').method.parameters,
    weightsPath: null,
  })

const failure = (code: string, message: RegExp): unknown => ({
  state: 'failed',
  outputs: [],
  error: { code, message: expect.stringMatching(message) as unknown, hint: expect.any(String) as unknown },
})

describe('a job', () => {
  it('starts, tells its progress in order and ends', async () => {
    const heard: unknown[] = []
    const outcome = await run(startFake(), 'none', 5, {
      onStart: ({ device }) => heard.push(device.name),
      onProgress: ({ detail: { totalStep } }) => heard.push(totalStep),
    }).outcome
    expect(heard).toEqual(['Fake', 1, 2, 3, 4, 5])
    expect(outcome).toEqual({
      state: 'done',
      outputs: [{ kind: 'picture', path: outputPath, widthPx: 1, heightPx: 1 }],
      elapsedMs: 1,
    })
  })

  it('that cannot start fails with the reason', async () => {
    expect(await run(startFake(), 'missing').outcome).toEqual(failure('file-not-found', /missing\.jpg/))
  })

  it('that breaks its own contract is refused by the worker', async () => {
    const right = fakeJob('none', outputPath)
    const job = { ...right, resources: { ...right.resources, threads: -1 } }
    expect(await runJob(startFake(), job).outcome).toEqual(
      failure('invalid-request', /^job\.resources\.threads must be between 0 and 256, not -1\.$/),
    )
  })

  it('can be paused, resumed, reweighted and stopped, its picture kept', async () => {
    const notices: string[] = []
    const job = await runLong(startFake(), { onNotice: (notice) => notices.push(notice) })
    await job.control({ kind: 'pause' })
    await job.control({ kind: 'steer', steering: { method: 'optimise', parameters: { styleWeight: 7 } } })
    await job.control({ kind: 'resume' })
    await job.control({ kind: 'stop' })
    expect(await job.outcome).toMatchObject({ state: 'stopped', outputs: [{ path: outputPath }] })
    expect(await readFile(outputPath, 'utf8')).toBe('stopped')
    expect(notices.slice(1)).toEqual(['paused', '{"styleWeight":7}', 'resumed'])
  })

  it('can be stopped before it has started', async () => {
    const job = run(startFake(), 'none', 60_000)
    await job.control({ kind: 'stop' })
    expect(await job.outcome).toMatchObject({ state: 'stopped' })
  })

  it('takes a stop after its end, or after a failed start, as no error, and starts no worker for it', async () => {
    const host = startFake()
    for (const failureKind of ['none', 'missing', 'SIGKILL'] as const) {
      const job = run(host, failureKind)
      await job.outcome
      await job.control({ kind: 'stop' })
      job.kill()
    }
    expect(workers).toHaveLength(1)
  })

  it('is refused while another one runs, which continues', async () => {
    const host = startFake()
    const first = await runLong(host)
    expect(await run(host, 'none').outcome).toEqual(failure('engine-busy', /already/))
    await first.control({ kind: 'stop' })
    expect(await first.outcome).toMatchObject({ state: 'stopped' })
  })

  it('hears nothing of another job', async () => {
    const host = startFake()
    const notices = vi.fn()
    await run(host, 'none', 1, { onNotice: notices }).outcome
    await run(host, 'none').outcome
    expect(notices).toHaveBeenCalledTimes(1)
  })

  it('can be killed: at once, nothing kept, and the next one runs in a new worker', async () => {
    const host = startFake()
    const job = await runLong(host)
    job.kill()
    expect(await job.outcome).toEqual(failure('cancelled', /was ended; nothing was saved/))
    expect(await run(host, 'none').outcome).toMatchObject({ state: 'done' })
    expect(workers).toHaveLength(2)
  })

  it('can be killed while the engine starts, and is not started then', async () => {
    const host = startFake()
    const job = run(host, 'none')
    job.kill()
    expect(await job.outcome).toEqual(failure('cancelled', /was ended; nothing was saved/))
    await exportTo(host, 'a')
    await expect(readFile(outputPath)).rejects.toThrow('ENOENT')
  })
})

describe('a worker that dies in the middle of a job', () => {
  it.each([
    [
      'SIGKILL',
      'engine-lost',
      /^The engine stopped in the middle of the job \(killed by SIGKILL\)\..* memory\.$/,
    ],
    ['SIGSEGV', 'engine-lost', /\(killed by SIGSEGV\)/],
    ['SIGABRT', 'engine-lost', /\(killed by SIGABRT\)/],
    ['exit 3', 'engine-lost', /\(exit code 3\)/],
    ['throw', 'internal', /^a fault nobody foresaw$/],
    [
      'nonsense end',
      'engine-mismatch',
      /does not understand.* "ended" .*outcome\.elapsedMs must be a number/,
    ],
  ] as const)('of %s ends the job as %s, and the next job runs', async (failureKind, code, message) => {
    const host = startFake()
    expect(await run(host, failureKind).outcome).toEqual(failure(code, message))
    expect(await run(host, 'none').outcome).toMatchObject({ state: 'done' })
    expect(workers).toHaveLength(2)
  })

  it('is told to every call that waits, with the name of the call', async () => {
    const host = startFake()
    const waiting = host.call('devices', {})
    waiting.catch(() => undefined)
    await expect(exportTo(host, 'crash')).rejects.toMatchObject({ code: 'engine-lost' })
    await expect(waiting).rejects.toThrow(
      /^The engine stopped before it answered \(killed by SIGKILL\)\..*The call "devices" was not answered\.$/,
    )
    expect(await exportTo(host, 'a')).toEqual({ paths: ['a'] })
  })
})

describe('a worker that hangs', () => {
  it('is killed after the time allowed, and the next job runs', async () => {
    const host = startFake({ hangTimeoutMs: 1500 })
    expect(await run(host, 'hang').outcome).toEqual(
      failure('engine-hung', /hung in the middle of the job: .*for .* s/),
    )
    expect(await run(host, 'none').outcome).toMatchObject({ state: 'done' })
  })
})

describe('a worker that is wrong from the start', () => {
  it('and dies is tried three times; then the error is final', async () => {
    const host = startOdd('dies')
    const message =
      /not be started, in 3 tries\. .*while it was starting \(exit code 7\).*"Error: Cannot open shared object/
    expect(await run(host, 'none').outcome).toEqual(failure('engine-lost', message))
    expect(await run(host, 'none').outcome).toEqual(failure('engine-lost', message))
    expect(workers).toHaveLength(3)
  })

  it('and dies once only is started again without a word', async () => {
    const host = startOdd(`flaky:${join(folder, 'mark')}`)
    expect(await run(host, 'none').outcome).toMatchObject({ state: 'done' })
    expect(workers).toHaveLength(2)
  })

  it('and says nothing is given up after the start timeout', async () => {
    const host = startOdd('silent', { startTimeoutMs: 150 })
    expect(await run(host, 'none').outcome).toEqual(
      failure('engine-hung', /did not answer within 0\.15 s after its start/),
    )
  })

  it.each([
    ['envelope', /Expected protocol version 1, received 2\./],
    ['protocol', /^The engine has protocol version 99, but Pastiche needs 2\.$/],
    ['stranger', /The answer to "handshake" was not understood\. The answer must be an object/],
  ] as const)('and speaks another language (%s) is not tried again', async (oddity, message) => {
    const host = startOdd(oddity)
    expect(await run(host, 'none').outcome).toEqual(failure('engine-mismatch', message))
    await expect(exportTo(host, 'a')).rejects.toMatchObject({ code: 'engine-mismatch' })
    expect(workers).toHaveLength(1)
  })

  it('and belongs to another version of the app is refused', async () => {
    const host = startFake({ appVersion: '1.2.4' })
    await expect(exportTo(host, 'a')).rejects.toThrow(
      'The engine has version 1.2.3, but Pastiche needs 1.2.4.',
    )
  })

  it('and does not exist is told by its path', async () => {
    const host = startHost(spawnChild('/nowhere/entry.js'))
    await expect(exportTo(host, 'a')).rejects.toThrow('The engine is missing: there is no /nowhere/entry.js.')
  })
})

describe('a host', () => {
  it('starts no worker before it needs one, and one only for many calls', async () => {
    const host = startFake()
    expect(workers).toHaveLength(0)
    await Promise.all(['a', 'b', 'c'].map((name) => exportTo(host, name)))
    expect(workers).toHaveLength(1)
  })

  it('gives a call up that is cancelled, while the engine starts and later', async () => {
    const host = startFake()
    for (let i = 0; i < 2; i += 1) {
      const controller = new AbortController()
      const call = host.call('devices', {}, { signal: controller.signal })
      controller.abort()
      await expect(call).rejects.toMatchObject({ code: 'cancelled' })
      await exportTo(host, 'a')
    }
    expect(workers).toHaveLength(1)
  })

  it('notices once an event that it cannot read, and the job continues', async () => {
    const notices: string[] = []
    const job = run(startFake(), 'nonsense progress', 5, { onNotice: (notice) => notices.push(notice) })
    expect(await job.outcome).toMatchObject({ state: 'done' })
    expect(notices.slice(1)).toEqual([
      'The event "progress" was not understood. detail.loss.total must be a number, not null.',
    ])
  })

  it('that closes lets a running job keep its picture, and refuses calls then', async () => {
    const host = startFake()
    const job = await runLong(host)
    await host.close()
    expect(await job.outcome).toMatchObject({ state: 'stopped', outputs: [{ path: outputPath }] })
    await expect(exportTo(host, 'a')).rejects.toMatchObject({ code: 'connection-closed' })
    expect(workers.map(({ pid }) => isAlive(pid))).toEqual([false])
  })

  it('that closes while the engine starts answers what waits', async () => {
    const host = startFake()
    const waiting = exportTo(host, 'a')
    waiting.catch(() => undefined)
    await host.close()
    await expect(waiting).rejects.toMatchObject({ code: 'connection-closed' })
  })

  it('that closes ends a worker that does not leave by itself', async () => {
    const host = startOdd('deaf', { closeTimeoutMs: 50 })
    await host.call('handshake', {})
    await host.close()
    await host.close()
    expect((await workers[0]!.exited).signal).toBe('SIGKILL')
  })

  it('leaves nothing behind that would keep its process alive', async () => {
    const process = forkHost('closing')
    expect(await new Promise((resolve) => process.once('exit', resolve))).toBe(0)
  })
})

describe('a worker whose host dies', () => {
  it('stops its job, keeps the picture and leaves', async () => {
    const host = forkHost('painting')
    const workerPid = await new Promise<number>((resolve) => {
      host.stdout
        ?.setEncoding('utf8')
        .on('data', (text: string) => resolve(Number(/pid (\d+)/.exec(text)?.[1])))
    })
    expect(isAlive(workerPid)).toBe(true)
    host.kill('SIGKILL')
    await vi.waitUntil(() => !isAlive(workerPid), { timeout: 20_000 })
    expect(await readFile(outputPath, 'utf8')).toBe('stopped')
  })

  it('is not moved by a Ctrl-C of the terminal, which the host answers', async () => {
    const job = await runLong(startFake())
    process.kill(workers[0]!.pid!, 'SIGINT')
    process.kill(workers[0]!.pid!, 'SIGHUP')
    await job.control({ kind: 'pause' })
    await job.control({ kind: 'stop' })
    expect(await job.outcome).toMatchObject({ state: 'stopped' })
  })
})
