import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { anOrder } from '../../../../tests/studio/support/orders.ts'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { queueFile, type QueueFile, type SavedJob } from './queue-file.ts'

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
  return queueFile(path, {
    onProblem: (problem) => {
      throw problem
    },
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
    file.save({ jobs })
    await file.settled()
    expect(await quiet(path).open()).toEqual({ value: { jobs }, problems: [], lost: null })
  })

  it('is empty before anything was saved', async () => {
    expect(await quiet(freshPath()).open()).toEqual({ value: null, problems: [], lost: null })
  })

  it('holds the newest of several saves in a row, and nothing else lies beside it', async () => {
    const path = freshPath()
    const file = quiet(path)
    for (let i = 0; i < 20; i++) file.save({ jobs: [queued(ids[i === 19 ? 1 : 0])] })
    await file.settled()
    expect((await quiet(path).open()).value?.jobs.map(({ id }) => id)).toEqual([ids[1]])
    expect(readdirSync(dirname(path))).toEqual(['queue.json'])
  })

  it('is saved again after a save that is under way', async () => {
    const path = freshPath()
    const file = quiet(path)
    file.save({ jobs: [queued(ids[0])] })
    await Promise.resolve()
    file.save({ jobs: [] })
    await file.settled()
    expect((await quiet(path).open()).value?.jobs).toEqual([])
  })

  it.each([
    ['no JSON', '{"schema":1,"jobs":[', 'it is not, or not all, JSON'],
    [
      'nested without end',
      `{"jobs":[],"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'it is nested more than 32 levels deep',
    ],
    ['of no version', '{"schema":"1","jobs":[]}', 'schema must be a version number, not "1"'],
    ['without jobs', '{"schema":1}', 'jobs is missing'],
    ['empty', '', 'it is empty'],
  ])('is set aside where it is %s, and told', async (_what, text, reason) => {
    const path = freshPath()
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    const { value, problems } = await quiet(path).open()
    expect(value).toBeNull()
    const [aside, ...others] = readdirSync(dirname(path))
    expect(others).toEqual([])
    expect(aside).toMatch(/^queue\.json\.broken-[\dTZ-]+$/)
    expect(readFileSync(join(dirname(path), aside!), 'utf8')).toBe(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`"queue.json" isn't a valid queue file: ${reason}`)
    expect(problems[0]).toMatch(/\. It is now .*\.$/)
  })

  it('that cannot be written is told, each time, and harms nothing', async () => {
    const folder = temporary.file('a file', 'no folder')
    const onProblem = vi.fn<(problem: Error) => void>()
    const file = queueFile(join(folder, 'queue.json'), { onProblem })
    file.save({ jobs: [] })
    await file.settled()
    file.save({ jobs: [] })
    await file.settled()
    expect(onProblem).toHaveBeenCalledTimes(2)
    expect(onProblem.mock.calls[0]![0]).toMatchObject({
      code: 'output-not-writable',
      message: expect.stringMatching(/^Cannot save the queue to .*queue\.json: /) as string,
    })
  })
})
