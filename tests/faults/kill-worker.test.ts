import { optimiseJob } from '../../src/shared/contract/optimise-job.ts'
import { mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appPaths, EngineHost, readAppVersion, runWithRetries, spawnChild } from '../../src/host/index.ts'
import type { WorkerProcess } from '../../src/host/index.ts'
import { type JobSpec, type Outcome } from '../../src/shared/contract/job.ts'
import { createRandom } from '../../src/engine/random.ts'
import { run, testPicture } from '../cli/pastiche.ts'
import { shippedNetwork } from '../support/shipped-network.ts'

const totalSteps = 60
/** The signal has to arrive while there is still something to do, also on a busy machine. */
const lastKilledStep = 24
let folder: string
let engine: EngineHost
let worker: WorkerProcess | null
let undisturbed: Buffer

const jobFor = (name: string, changes: Partial<JobSpec> = {}): JobSpec => ({
  ...optimiseJob({
    content: join(folder, 'photo.png'),
    styles: [{ path: join(folder, 'style.png') }],
    output: { path: join(folder, `${name}.png`) },
    parameters: { sizePx: 64, coarsestPx: 32, steps: totalSteps, averaging: 0.5 },
    resources: { device: 'cpu', threads: 1 },
    network: shippedNetwork,
    checkpoint: { path: join(folder, `${name}.checkpoint`), everyMs: 0 },
  }),
  ...changes,
})

beforeAll(async () => {
  const { workerFile } = appPaths()
  folder = mkdtempSync(join(tmpdir(), 'pastiche-faults-'))
  // Builds where need be.
  await run(['--version'], { cwd: folder })
  await testPicture(64, 48).png().toFile(join(folder, 'photo.png'))
  await testPicture(48, 48, 1).png().toFile(join(folder, 'style.png'))
  const spawn = spawnChild(workerFile)
  engine = new EngineHost({ spawn: () => (worker = spawn()), appVersion: readAppVersion() })
  const outcome = await runWithRetries(engine, jobFor('undisturbed')).outcome
  expect(outcome.state).toBe('done')
  undisturbed = await readFile(join(folder, 'undisturbed.png'))
})

afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Paints, and ends the worker as the system would, once each of some steps is done. */
async function paintWithCrashes(
  name: string,
  steps: number[],
  signal: 'SIGKILL' | 'SIGSEGV' = 'SIGKILL',
  changes: Partial<JobSpec> = {},
): Promise<{ outcome: Outcome; notices: string[] }> {
  const notices: string[] = []
  const left = [...steps]
  const running = runWithRetries(engine, jobFor(name, changes), {
    onProgress: ({ detail: { totalStep } }) => {
      if (left[0] === undefined || totalStep < left[0]) return
      left.shift()
      process.kill(worker!.pid!, signal)
    },
    onNotice: (message) => notices.push(message),
  })
  return { outcome: await running.outcome, notices }
}

describe('a worker that is killed', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'at a random step (seed %i) costs nothing but time: the picture is the same to the byte',
    async (seed) => {
      const step = 1 + Math.floor(createRandom(seed).uniform() * (lastKilledStep - 1))
      const { outcome, notices } = await paintWithCrashes(`killed-${seed}`, [step])
      expect(outcome.state).toBe('done')
      expect(notices).toHaveLength(1)
      expect(await readFile(join(folder, `killed-${seed}.png`))).toEqual(undisturbed)
    },
  )

  it.each([
    ['it starts', 'starting', () => true],
    ['it saves the job on the way', 'saving', (name: string) => name === 'killed-saving.checkpoint.part'],
    ['it saves the picture', 'ending', (name: string) => name.startsWith('.pastiche-')],
  ])('when %s costs nothing but time', async (_, moment, isNow) => {
    engine.kill()
    const last = worker
    const running = runWithRetries(engine, jobFor(`killed-${moment}`))
    let isKilled = false
    const killWhere = (names: readonly string[]): void => {
      if (isKilled || worker === last || worker?.pid === undefined || !names.some(isNow)) return
      isKilled = true
      process.kill(worker.pid, 'SIGKILL')
    }
    const look = setInterval(() => killWhere(readdirSync(folder)), 1)
    // The watcher also sees a file that exists for less than a millisecond.
    const watcher = watch(folder, (_event, name) => killWhere(name === null ? [] : [name]))
    const outcome = await running.outcome
    clearInterval(look)
    watcher.close()
    expect(outcome.state).toBe('done')
    expect(isKilled).toBe(true)
    expect(await readFile(join(folder, `killed-${moment}.png`))).toEqual(undisturbed)
  })

  it('says in one sentence what happened and how the job continues', async () => {
    const { notices } = await paintWithCrashes('told', [5], 'SIGSEGV')
    expect(notices).toEqual([
      'The engine stopped in the middle of the job (killed by SIGSEGV). It accessed invalid memory. ' +
        'The job resumes from its saved progress.',
    ])
  })

  it('four times in one job ends it with the picture that it has', async () => {
    // So long that it is still at work when the last signal comes, however busy the machine is.
    const { method } = jobFor('hopeless')
    const changes = { method: { ...method, parameters: { ...method.parameters, steps: 100_000 } } }
    const { outcome, notices } = await paintWithCrashes('hopeless', [6, 8, 10, 12], 'SIGSEGV', changes)
    expect(notices).toHaveLength(3)
    expect(outcome).toMatchObject({ state: 'failed', outputs: [{ path: join(folder, 'hopeless.png') }] })
    expect((await readFile(join(folder, 'hopeless.png'))).length).toBeGreaterThan(1000)
  })

  it('for want of memory twice is followed by a smaller picture, and the user is told', async () => {
    const { outcome, notices } = await paintWithCrashes('smaller', [6, 20])
    expect(notices.map((notice) => notice.split('progress, ')[1])).toEqual([
      'taking memory piece by piece.',
      'at 45 px instead of 64 px.',
    ])
    expect(outcome).toMatchObject({ state: 'done', outputs: [{ widthPx: 45 }] })
  })
})

describe.skipIf(process.platform === 'win32')('a worker that is stopped for a while', () => {
  it('continues where it was, and is not taken for one that hangs', async () => {
    const notices: string[] = []
    let isStopped = false
    const running = runWithRetries(engine, jobFor('stopped'), {
      onProgress: ({ detail: { totalStep } }) => {
        if (totalStep < 5 || isStopped) return
        isStopped = true
        const pid = worker!.pid!
        process.kill(pid, 'SIGSTOP')
        setTimeout(() => process.kill(pid, 'SIGCONT'), 2000)
      },
      onNotice: (message) => notices.push(message),
    })
    expect((await running.outcome).state).toBe('done')
    expect(notices).toEqual([])
    expect(await readFile(join(folder, 'stopped.png'))).toEqual(undisturbed)
  })
})

describe('a job that is suspended', () => {
  it('continues in another worker, to the same bytes', async () => {
    const running = runWithRetries(engine, jobFor('suspended'), {
      onProgress: ({ detail: { totalStep } }) => totalStep === 9 && void running.control({ kind: 'suspend' }),
    })
    expect((await running.outcome).state).toBe('suspended')
    engine.kill()
    const again = jobFor('suspended')
    const started: (number | null)[] = []
    const resumed = runWithRetries(
      engine,
      { ...again, checkpoint: { ...again.checkpoint!, resume: 'exact' } },
      { onStart: ({ resumedFrom }) => started.push(resumedFrom) },
    )
    expect((await resumed.outcome).state).toBe('done')
    expect(started[0]).toBeGreaterThanOrEqual(9)
    expect(await readFile(join(folder, 'suspended.png'))).toEqual(undisturbed)
  })
})

describe('a picture that cannot be written where it should be', () => {
  it('is kept in a fallback folder, and the user is told where', async () => {
    const fallback = join(folder, 'fallback')
    const notices: string[] = []
    const target = join(folder, 'drive', 'picture.png')
    const running = runWithRetries(
      engine,
      jobFor('lost', { output: { ...jobFor('lost').output, path: target, fallbackFolders: [fallback] } }),
      {
        // The drive is gone, and something else is in its place.
        onProgress: ({ detail: { totalStep } }) => totalStep === 3 && replaceByFile(join(folder, 'drive')),
        onNotice: (message) => notices.push(message),
      },
    )
    expect(await running.outcome).toMatchObject({
      state: 'done',
      outputs: [{ path: join(fallback, 'picture.png') }],
    })
    expect(await readFile(join(fallback, 'picture.png'))).toEqual(undisturbed)
    expect(notices.at(-1)).toContain(`The picture was kept as ${join(fallback, 'picture.png')}.`)
  })
})

function replaceByFile(path: string): void {
  rmSync(path, { recursive: true, force: true })
  writeFileSync(path, '')
}
