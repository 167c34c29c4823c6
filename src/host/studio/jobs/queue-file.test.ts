import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { anOrder } from '../../../../tests/studio/support/orders.ts'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { QueueFile, type SavedJob } from './queue-file.ts'

const temporary = temporaryFolder()
let count = 0
const freshPath = (): string => join(temporary.path, `library ${++count}`, 'queue.json')
const ids = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const
const queued = (id: string): SavedJob => ({
  id,
  order: anOrder(),
  status: { state: 'queued', isToGoOn: false },
})

function quiet(path: string): QueueFile {
  return new QueueFile(path, (problem) => {
    throw problem
  })
}

describe('the file of the queue', () => {
  it('gives back what was saved', async () => {
    const path = freshPath()
    const error = { code: 'diverged', message: 'It diverged.', hint: '' }
    const jobs: SavedJob[] = [
      { ...queued(ids[0]), status: { state: 'atWork', resultId: ids[1] } },
      { ...queued(ids[1]), status: { state: 'failed', error, resultId: null } },
    ]
    const file = quiet(path)
    file.save(jobs)
    await file.settled()
    expect(await quiet(path).read()).toEqual({ jobs, problem: null })
  })

  it('is empty before anything was saved', async () => {
    expect(await quiet(freshPath()).read()).toEqual({ jobs: [], problem: null })
  })

  it('holds the newest of several saves in a row, and nothing else lies beside it', async () => {
    const path = freshPath()
    const file = quiet(path)
    for (let i = 0; i < 20; i++) file.save(i === 19 ? [queued(ids[1])] : [queued(ids[0])])
    await file.settled()
    expect((await quiet(path).read()).jobs.map(({ id }) => id)).toEqual([ids[1]])
    expect(readdirSync(dirname(path))).toEqual(['queue.json'])
  })

  it('is saved again after a save that is under way', async () => {
    const path = freshPath()
    const file = quiet(path)
    file.save([queued(ids[0])])
    await Promise.resolve()
    file.save([])
    await file.settled()
    expect((await quiet(path).read()).jobs).toEqual([])
  })

  it.each([
    ['no JSON', '{"schema":1,"jobs":['],
    ['nested without end', `{"schema":1,"jobs":[],"later":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['of another schema', '{"schema":2,"jobs":[]}'],
    ['with a job that is none', '{"schema":1,"jobs":[{"id":"1"}]}'],
    ['empty', ''],
  ])('is set aside where it is %s, and told', async (_what, text) => {
    const path = freshPath()
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    const { jobs, problem } = await quiet(path).read()
    expect(jobs).toEqual([])
    const [aside, ...others] = readdirSync(dirname(path))
    expect(others).toEqual([])
    expect(aside).toMatch(/^queue\.json\.broken-[\dTZ-]+$/)
    expect(readFileSync(join(dirname(path), aside!), 'utf8')).toBe(text)
    expect(problem).toBe(
      `The saved queue could not be read from ${path}. It is now ${join(dirname(path), aside!)}.`,
    )
  })

  it('that cannot be written is told, each time, and harms nothing', async () => {
    const folder = temporary.file('a file', 'no folder')
    const onProblem = vi.fn<(problem: Error) => void>()
    const file = new QueueFile(join(folder, 'queue.json'), onProblem)
    file.save([])
    await file.settled()
    file.save([])
    await file.settled()
    expect(onProblem).toHaveBeenCalledTimes(2)
    expect(onProblem.mock.calls[0]![0]).toMatchObject({
      code: 'output-not-writable',
      message: expect.stringMatching(/^Cannot save the queue to .*queue\.json: /) as string,
    })
  })
})
