import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineHost } from '../../src/host/engine-host.ts'
import { Calibrations } from '../../src/host/forecast/calibrations.ts'
import { Gallery } from '../../src/host/studio/gallery/gallery.ts'
import { Checkpoints } from '../../src/host/studio/jobs/checkpoints.ts'
import type { JobOrder } from '../../src/host/studio/jobs/job-order.ts'
import { JobQueue, type ProgressNews } from '../../src/host/studio/jobs/job-queue.ts'
import type { JobPreview } from '../../src/host/studio/jobs/preview-relay.ts'
import { queueFile } from '../../src/host/studio/jobs/queue-file.ts'

import { Tickets } from '../../src/host/studio/tickets.ts'
import type { StudioNotice } from '../../src/shared/contract/studio.ts'
import { contentPath } from '../../src/shared/contract/job.ts'
import { PasticheError } from '../../src/shared/errors.ts'
import type { LiveWeights } from '../../src/shared/methods/optimise.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { FakeTools } from './support/fake-tools.ts'
import { FakeWorkers, type FakeWorker } from './support/fake-worker.ts'
import { anOrder } from './support/orders.ts'

const temporary = temporaryFolder()
const appVersion = '1.2.3'
let count = 0
let folder: string
let workers: FakeWorkers
let tools: FakeTools
let gallery: Gallery
let queue: JobQueue
let notices: StudioNotice[]
let painters: EngineHost[]
let threads: number

beforeEach(async () => {
  folder = join(temporary.path, `library ${++count}`)
  notices = []
  painters = []
  threads = 0
  await open()
})
afterEach(async () => {
  for (const worker of workers.started) worker.die()
  await Promise.all(painters.map((painter) => painter.close()))
})

/** A Pastiche that starts, with what lies in the library. */
async function open(): Promise<void> {
  workers = new FakeWorkers(appVersion)
  tools = new FakeTools()
  const painter = new EngineHost({ spawn: workers.spawn, appVersion, startRestMs: 1, closeTimeoutMs: 100 })
  painters.push(painter)
  const tickets = new Tickets()
  const onNotice = (notice: StudioNotice): void => void notices.push(notice)
  gallery = new Gallery({ folder, tools, tickets, appVersion })
  queue = new JobQueue({
    ...{ painter, gallery, tickets, onNotice },
    file: queueFile(join(folder, 'queue.json'), {
      onProblem: ({ message }) => onNotice({ level: 'error', message, hint: null }),
    }),
    calibrations: new Calibrations(join(folder, 'calibrations.json'), '1.0'),
    checkpoints: new Checkpoints(join(folder, 'checkpoints')),
    fallbackFolders: [],
    threads: () => threads,
  })
  await gallery.open()
  notices.push(...(await queue.open()))
}

function anOrderOf(name: string): JobOrder {
  const [style] = anOrder().styles
  const content = { path: temporary.file(`${name}.jpg`, name), name: `${name}.jpg` }
  return anOrder({ content, styles: [{ ...style!, path: temporary.file('waves.png', 'waves') }] })
}

const start = (name: string): string => queue.start(anOrderOf(name)).id
const states = (): string[] => queue.jobs.map(({ name, status }) => `${name.split(' ')[0]!} ${status.state}`)
const steer = (id: string, parameters: LiveWeights): Promise<void> =>
  queue.control(id, { kind: 'steer', steering: { method: 'optimise', parameters } })
const statusOf = (id: string): ReturnType<JobQueue['job']>['job']['status'] => queue.job(id).job.status

/** Starts a job and waits until the engine paints it. */
async function startPainting(name = 'a'): Promise<{ id: string; worker: FakeWorker }> {
  const id = start(name)
  return { id, worker: await painting(name) }
}

async function painting(name: string): Promise<FakeWorker> {
  await expect
    .poll(
      () =>
        workers.started
          .at(-1)
          ?.begun.map(({ job }) => contentPath(job))
          .at(-1),
      { interval: 5 },
    )
    .toBe(temporary.file(`${name}.jpg`))
  await expect.poll(() => states(), { interval: 5 }).toContain(`${name} running`)
  await expect.poll(() => (queue.jobs[0]!.plan === null ? null : 'told'), { interval: 5 }).toBe('told')
  return workers.newest
}

async function ended(id: string): Promise<ReturnType<typeof statusOf>> {
  await expect.poll(() => statusOf(id).state, { interval: 5 }).toMatch(/done|stopped|failed/)
  return statusOf(id)
}

describe('the queue', () => {
  it('paints one job at a time, in the order they came', async () => {
    const ids = ['a', 'b', 'c'].map(start)
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      const worker = await painting(name)
      expect(states().filter((state) => state.endsWith('running'))).toHaveLength(1)
      worker.paint(1)
      worker.finish()
      await ended(ids[index]!)
    }
    expect(states()).toEqual(['c done', 'b done', 'a done'])
    expect(workers.started).toHaveLength(1)
    expect(gallery.list(0, 9).total).toBe(3)
  })

  it('tells of each change, and what of it a job has to tell', async () => {
    const heard: string[] = []
    queue.onChange(() => heard.push(queue.jobs[0]?.status.state ?? 'none'))
    const { id, worker } = await startPainting()
    worker.notice('It paints on the CPU.')
    worker.notice('It paints on the CPU.')
    await expect.poll(() => queue.job(id).job.notices).toEqual(['It paints on the CPU.'])
    worker.finish()
    const status = await ended(id)
    expect(new Set(heard)).toEqual(new Set(['running', 'done']))
    expect(status).toEqual({ state: 'done', resultId: gallery.list(0, 1).entries[0]!.id })
    const { plan, status: shown } = queue.jobs[0]!
    expect(plan?.totalFlop).toBe(10_000)
    expect(shown.state).toBe('done')
  })

  it('tells progress at most ten times a second, and every loss once', async () => {
    const news: ProgressNews[] = []
    queue.onProgress((heard) => news.push(heard))
    const { id, worker } = await startPainting()
    for (let step = 1; step <= 10; step++) worker.paint(step)
    worker.finish()
    await ended(id)
    expect(news.length).toBeLessThanOrEqual(3)
    expect(news.flatMap(({ samples }) => samples.map(({ totalStep }) => totalStep))).toEqual(
      Array.from({ length: 10 }, (_, index) => index + 1),
    )
    expect(queue.job(id).samples).toHaveLength(10)
  })

  it('moves a waiting job among the waiting', () => {
    const [, b, c, d] = ['a', 'b', 'c', 'd'].map(start)
    queue.move(d!, 0)
    expect(states().slice(1)).toEqual(['d queued', 'b queued', 'c queued'])
    queue.move(b!, 1000)
    expect(states().slice(1)).toEqual(['d queued', 'c queued', 'b queued'])
    queue.move(c!, 1)
    expect(states().slice(1)).toEqual(['d queued', 'c queued', 'b queued'])
  })

  it('moves no job that is at work', async () => {
    const { id } = await startPainting()
    expect(() => queue.move(id, 0)).toThrow(expect.objectContaining({ code: 'wrong-job-state' }))
  })

  it('takes no more than so many', () => {
    for (let i = 0; i < 501; i++) start('a')
    expect(() => start('b')).toThrow(expect.objectContaining({ code: 'too-many-jobs' }))
    expect(queue.jobs).toHaveLength(501)
  })

  it('keeps a job that was to be restarted where it is full', async () => {
    const { id, worker } = await startPainting()
    worker.fail('diverged', 'It diverged.')
    await ended(id)
    for (let i = 0; i < 501; i++) start('b')
    expect(() => queue.restart(id)).toThrow(expect.objectContaining({ code: 'too-many-jobs' }))
    expect(statusOf(id).state).toBe('failed')
  })

  it('says of a job that it does not know that it does not know it', async () => {
    const id = '00000000-0000-4000-8000-000000000000'
    const unknown: unknown = expect.objectContaining({ code: 'unknown-job' })
    expect(() => queue.job(id)).toThrow(unknown)
    expect(() => queue.watch({}, id, () => undefined)).toThrow(unknown)
    expect(() => queue.dismiss(id)).toThrow(unknown)
    await expect(queue.control(id, { kind: 'stop' })).rejects.toThrow(unknown)
  })

  it('remembers only the newest of those that have ended', async () => {
    await open()
    workers.onStart = (worker) => (worker.onBegin = () => worker.finish())
    const ids = Array.from({ length: 55 }, () => start('a'))
    await expect.poll(() => gallery.list(0, 1).total, { timeout: 120_000 }).toBe(55)
    await ended(ids.at(-1)!)
    expect(queue.jobs.map(({ id }) => id)).toEqual(ids.reverse().slice(0, 50))
  })

  it('gives each job the threads of the settings as they stand when it begins', async () => {
    const { id, worker } = await startPainting()
    threads = 3
    start('b')
    worker.finish()
    await ended(id)
    await painting('b')
    expect(worker.begun.map(({ job }) => job.resources.threads)).toEqual([0, 3])
  })
})

describe('stopping', () => {
  it('takes a job out that waits', async () => {
    await startPainting()
    const b = start('b')
    await queue.control(b, { kind: 'stop' })
    expect(states()).toEqual(['a running'])
  })

  it('keeps what is painted of a job at work', async () => {
    const { id, worker } = await startPainting()
    worker.paint(4)
    await queue.control(id, { kind: 'stop' })
    const status = await ended(id)
    expect(status.state).toBe('stopped')
    const [entry] = gallery.list(0, 1).entries
    expect(status).toEqual({ state: 'stopped', resultId: entry!.id })
    expect(gallery.recipe(entry!.id)).toMatchObject({ doneSteps: 4, totalSteps: 10 })
  })

  it('keeps nothing of a job that has painted nothing', async () => {
    const { id } = await startPainting()
    await queue.control(id, { kind: 'stop' })
    expect(await ended(id)).toEqual({ state: 'stopped', resultId: null })
    expect(readdirSync(join(folder, 'results'))).toEqual([])
  })

  it('works while the engine still starts', async () => {
    const id = start('a')
    await queue.control(id, { kind: 'stop' })
    expect((await ended(id)).state).toBe('stopped')
  })

  it('is refused for a job that has ended', async () => {
    const { id, worker } = await startPainting()
    worker.finish()
    await ended(id)
    for (const wish of [
      queue.control(id, { kind: 'stop' }),
      queue.control(id, { kind: 'pause' }),
      queue.control(id, { kind: 'resume' }),
      steer(id, {}),
    ])
      await expect(wish).rejects.toMatchObject({ code: 'unknown-job' })
  })
})

describe('pausing', () => {
  it('rests the engine, and resuming lets it go on', async () => {
    const { id, worker } = await startPainting()
    worker.paint(1)
    await queue.control(id, { kind: 'pause' })
    expect(statusOf(id)).toMatchObject({ state: 'paused', progress: { detail: { totalStep: 1 } } })
    await queue.control(id, { kind: 'resume' })
    expect(statusOf(id)).toMatchObject({ state: 'running', progress: { detail: { totalStep: 1 } } })
    expect(worker.heard).toEqual(['watch null', 'pause', 'resume'])
  })

  it('is refused for a job that is paused already, or waits', async () => {
    const { id } = await startPainting()
    const b = start('b')
    await expect(queue.control(id, { kind: 'resume' })).rejects.toMatchObject({ code: 'wrong-job-state' })
    await expect(queue.control(b, { kind: 'pause' })).rejects.toMatchObject({ code: 'wrong-job-state' })
    await queue.control(id, { kind: 'pause' })
    await expect(queue.control(id, { kind: 'pause' })).rejects.toMatchObject({ code: 'wrong-job-state' })
  })

  it('holds the place: no other job begins', async () => {
    const { id, worker } = await startPainting()
    start('b')
    await queue.control(id, { kind: 'pause' })
    expect(states()).toEqual(['a paused', 'b queued'])
    worker.finish()
    await ended(id)
    await painting('b')
  })
})

describe('moving sliders', () => {
  it('is passed on, shown, and written into the recipe with its step', async () => {
    const { id, worker } = await startPainting()
    worker.paint(2)
    await steer(id, { styleWeight: 9 })
    worker.paint(5)
    await steer(id, { contentWeight: 3 })
    expect(queue.job(id).job.parameters).toMatchObject({ styleWeight: 9, contentWeight: 3 })
    expect(worker.heard.slice(1)).toEqual(['{"styleWeight":9}', '{"contentWeight":3}'])
    worker.finish()
    const status = await ended(id)
    const { changes, parameters } = gallery.recipe((status as { resultId: string }).resultId)
    expect(changes).toEqual([
      { totalStep: 2, weights: { styleWeight: 9 } },
      { totalStep: 5, weights: { contentWeight: 3 } },
    ])
    // As it began: the changes tell the rest.
    expect(parameters.styleWeight).toBe(anOrder().parameters.styleWeight)
  })

  it('of a waiting job changes what it begins with', async () => {
    const { id, worker } = await startPainting()
    const b = start('b')
    await steer(b, { styleWeight: 9 })
    worker.finish()
    await ended(id)
    await painting('b')
    expect(worker.current.job.method.parameters.styleWeight).toBe(9)
  })

  it('that the engine refuses does not count', async () => {
    const { id, worker } = await startPainting()
    worker.refuse = new PasticheError('unknown-layer', 'Expected a layer.')
    await expect(steer(id, { styleLayers: { x: 1 } })).rejects.toMatchObject({
      code: 'unknown-layer',
    })
    expect(queue.job(id).job.parameters).toEqual(anOrder().parameters)
  })
})

describe('previews', () => {
  it('are made only while someone watches', async () => {
    const { id, worker } = await startPainting()
    const [here, there] = [{}, {}]
    const seen: JobPreview[] = []
    queue.watch(here, id, (preview) => seen.push(preview))
    await expect.poll(() => worker.heard.at(-1)).toBe('watch 250')
    worker.preview(3)
    await expect.poll(() => seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ jobId: id, totalStep: 3, webpBase64: 'AAAA' })
    queue.watch(there, id, () => undefined)
    queue.watch(here, null, () => undefined)
    await expect.poll(() => worker.heard.at(-1)).toBe('watch 250')
    queue.watch(there, null, () => undefined)
    await expect.poll(() => worker.heard.at(-1)).toBe('watch null')
    worker.preview(4)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(seen).toHaveLength(1)
  })

  it('of a job that waits begin with it', async () => {
    const { id, worker } = await startPainting()
    const b = start('b')
    queue.watch({}, b, () => undefined)
    await expect.poll(() => worker.heard).toEqual(['watch null', 'watch null'])
    worker.finish()
    await ended(id)
    await painting('b')
    await expect.poll(() => worker.heard.at(-1)).toBe('watch 250')
  })
})

describe('a job that fails', () => {
  it('says why by the names of its pictures, and can be restarted with its sliders as they stood', async () => {
    const { id, worker } = await startPainting()
    await steer(id, { styleWeight: 9 })
    worker.fail('picture-damaged', `Expected a whole picture, ${temporary.file('a.jpg')} is damaged.`)
    expect(await ended(id)).toMatchObject({
      state: 'failed',
      resultId: null,
      error: { code: 'picture-damaged', message: 'Expected a whole picture, "a.jpg" is damaged.' },
    })
    const again = queue.restart(id)
    expect(again.parameters.styleWeight).toBe(9)
    expect(queue.jobs.map((job) => job.id)).toEqual([again.id])
  })

  it('lets the next one begin', async () => {
    const { id, worker } = await startPainting()
    start('b')
    worker.fail('diverged', 'It diverged.')
    await ended(id)
    await painting('b')
    expect(states()).toEqual(['b running', 'a failed'])
  })

  it('can be dismissed', async () => {
    const { id, worker } = await startPainting()
    expect(() => queue.dismiss(id)).toThrow(expect.objectContaining({ code: 'wrong-job-state' }))
    worker.fail('diverged', 'It diverged.')
    await ended(id)
    queue.dismiss(id)
    expect(queue.jobs).toEqual([])
  })

  it('only when it is taken into the gallery keeps its picture, and says where', async () => {
    tools.onCall = () => new PasticheError('disk-full', `Expected room for ${temporary.file('a.jpg')}.`)
    const { id, worker } = await startPainting()
    worker.finish()
    const error = { code: 'disk-full', message: 'Expected room for "a.jpg".' }
    expect(await ended(id)).toMatchObject({ state: 'failed', error, resultId: null })
    const { path } = worker.current.job.output
    expect(notices).toEqual([
      {
        level: 'error',
        message: 'The picture of "a × waves" could not be taken into the gallery. Expected room for "a.jpg".',
        hint: `It is kept in ${path}.`,
      },
    ])
    expect(existsSync(path)).toBe(true)
  })
})

describe('a queue in which nothing can begin', () => {
  it('waits for a person after the first, and continues when one is started', async () => {
    const { id, worker } = await startPainting()
    const [b, c] = [start('b'), start('c')]
    renameSync(join(folder, 'results'), join(folder, 'aside'))
    writeFileSync(join(folder, 'results'), 'a file')
    worker.fail('diverged', 'It diverged.')
    await ended(id)
    expect(await ended(b)).toMatchObject({ state: 'failed', error: { code: 'output-not-writable' } })
    expect(states()).toEqual(['c queued', 'b failed', 'a failed'])
    renameSync(join(folder, 'results'), join(folder, 'file'))
    queue.restart(b)
    await painting('c')
    expect(statusOf(c).state).toBe('running')
  })

  it('is held too where there is no engine', async () => {
    await open()
    workers.onStart = (worker) => worker.die()
    const a = start('a')
    start('b')
    expect(await ended(a)).toMatchObject({ state: 'failed', error: { code: 'engine-lost' } })
    expect(states()).toEqual(['b queued', 'a failed'])
    expect(readdirSync(join(folder, 'results'))).toEqual([])
  })
})

describe('a worker that dies in the middle', () => {
  /** Kills the worker that paints a job, and waits for the next one to do so. */
  async function lose(name: string): Promise<void> {
    const before = workers.started.length
    workers.newest.die('SIGKILL')
    await expect.poll(() => workers.started.length, { interval: 5 }).toBe(before + 1)
    await painting(name)
  }

  it('is replaced, and the job continues with its sliders as they stood', async () => {
    const { id, worker } = await startPainting()
    queue.watch({}, id, () => undefined)
    await steer(id, { styleWeight: 9 })
    worker.paint(3)
    await lose('a')
    expect(workers.newest.current.job).toMatchObject({
      method: { parameters: { styleWeight: 9 } },
      checkpoint: { resume: 'exact' },
    })
    await expect.poll(() => workers.newest.heard).toEqual(['watch 250'])
    workers.newest.finish()
    expect((await ended(id)).state).toBe('done')
    expect(queue.job(id).job.notices).toHaveLength(1)
  })

  it('again and again fails the job in one sentence, and the next one runs in a new worker', async () => {
    const { id } = await startPainting()
    start('b')
    for (let i = 0; i < 3; i++) await lose('a')
    await lose('b')
    expect(await ended(id)).toMatchObject({
      state: 'failed',
      error: {
        code: 'engine-lost',
        message:
          'The engine stopped in the middle of the job (killed by SIGKILL). The system may have run out of memory.',
      },
    })
    expect(states()).toEqual(['b running', 'a failed'])
    expect(workers.started).toHaveLength(5)
  })
})

describe('a Pastiche that closes', () => {
  it('saves the job at work, which can go on the next time, and begins no other', async () => {
    const { id, worker } = await startPainting()
    const b = start('b')
    await steer(id, { styleWeight: 9 })
    await queue.close()
    expect(worker.heard.at(-1)).toBe('suspend')
    expect(worker.begun).toHaveLength(1)
    expect(readdirSync(join(folder, 'results'))).toEqual([])
    await open()
    await painting('b')
    expect(queue.jobs.map((job) => [job.id, job.status.state, job.canGoOn])).toEqual([
      [b, 'running', false],
      [id, 'failed', true],
    ])
    expect(queue.goOn(id)).toMatchObject({ id, status: { state: 'queued' } })
    workers.newest.finish()
    await ended(b)
    await painting('a')
    expect(workers.newest.current.job).toMatchObject({
      method: { parameters: { styleWeight: 9 } },
      checkpoint: { resume: 'exact' },
    })
  })

  it('while a job waits to go on lets it go on the next time as well', async () => {
    const { id } = await startPainting()
    await queue.close()
    await open()
    await startPainting('b')
    queue.goOn(id)
    await queue.close()
    await open()
    await painting('a')
    expect(workers.newest.current.job.checkpoint).toMatchObject({ resume: 'exact' })
  })

  it('before a job has begun, or twice, is closed nevertheless', async () => {
    const id = start('a')
    await Promise.all([queue.close(), queue.close()])
    await open()
    expect(statusOf(id).state).toBe('failed')
  })

  it('takes a job that comes too late into the next time', async () => {
    await queue.close()
    const id = start('a')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(statusOf(id).state).toBe('queued')
    expect(workers.started).toEqual([])
    await open()
    await painting('a')
  })
})

describe('a job that ended early', () => {
  it('cannot go on where nothing was saved, and its checkpoint goes when it is dismissed', async () => {
    const { id, worker } = await startPainting()
    worker.fail('diverged', 'It diverged.')
    await ended(id)
    expect(() => queue.goOn(id)).toThrow(expect.objectContaining({ code: 'state-damaged' }))
    worker.saveCheckpoint()
    expect(queue.job(id).job.canGoOn).toBe(true)
    queue.dismiss(id)
    expect(readdirSync(join(folder, 'checkpoints'))).toEqual([])
  })
})

describe('the queue of the last time', () => {
  it('is there again, and the job that was at work has failed', async () => {
    await startPainting()
    const [b, c] = [start('b'), start('c')]
    queue.move(c, 0)
    await expect
      .poll(() => readFileSync(join(folder, 'queue.json'), 'utf8'), { interval: 5 })
      .toMatch(/c\.jpg[^]*b\.jpg/)
    await open()
    await painting('c')
    expect(states()).toEqual(['c running', 'b queued', 'a failed'])
    expect(queue.jobs.map(({ id }) => id).slice(0, 2)).toEqual([c, b])
    expect(queue.mentions()).toContain(temporary.file('a.jpg'))
  })
})
