import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import type { Plan } from '../../../shared/contract/engine.ts'
import type { JobProgress } from '../../../shared/contract/studio.ts'
import { SpeedBook } from './speed-book.ts'

const temporary = temporaryFolder()
const kind = { network: 'builtin', optimizer: 'adam' } as const
const device = { id: 'cpu', name: 'CPU', usable: true, note: '' } as const

const plan: Plan = {
  scales: [
    { widthPx: 64, heightPx: 64, steps: 10, stepFlop: 100, memoryBytes: 0 },
    { widthPx: 128, heightPx: 128, steps: 5, stepFlop: 400, memoryBytes: 0 },
  ],
  totalFlop: 3000,
  peakMemoryBytes: 0,
}

/** A job that has done so many steps in so many milliseconds. */
function at(totalStep: number, elapsedMs: number): Parameters<SpeedBook['learn']>[0] {
  const progress = { totalStep, elapsedMs } as JobProgress
  return { state: 'running', progress, device }
}

describe('the book of speeds', () => {
  it('knows nothing before the first job of a kind', () => {
    const book = new SpeedBook(temporary.file('none.json'))
    book.learn(at(15, 3000), plan, kind)
    expect(book.estimateMs(plan, 'cpu', kind)).not.toBeNull()
    expect(book.estimateMs(plan, 'webgpu', kind)).toBeNull()
    expect(book.estimateMs(plan, 'cpu', { ...kind, optimizer: 'lbfgs' })).toBeNull()
    expect(book.estimateMs(plan, 'cpu', { ...kind, network: 'vgg19' })).toBeNull()
  })

  it('tells the time of the next job from a done one, in proportion', () => {
    const book = new SpeedBook(temporary.file('done.json'))
    book.learn(at(15, 6000), plan, kind)
    expect(book.estimateMs(plan, 'cpu', kind)).toBe(6000)
    expect(book.estimateMs({ ...plan, totalFlop: 1500 }, 'cpu', kind)).toBe(3000)
  })

  it('measures a stopped job by the steps it has done, small and large ones', () => {
    const book = new SpeedBook(temporary.file('stopped.json'))
    // 10 steps of 100 and one of 400, in 1400 ms: a millisecond for each.
    book.learn(at(11, 1400), plan, kind)
    expect(book.estimateMs(plan, 'cpu', kind)).toBe(3000)
  })

  it('counts the newest job for half', () => {
    const book = new SpeedBook(temporary.file('half.json'))
    book.learn(at(15, 3000), plan, kind)
    book.learn(at(15, 6000), plan, kind)
    expect(book.estimateMs(plan, 'cpu', kind)).toBe(4500)
  })

  it('learns nothing from a job that did nothing', () => {
    const book = new SpeedBook(temporary.file('nothing.json'))
    book.learn(at(0, 500), plan, kind)
    book.learn(at(5, 0), plan, kind)
    book.learn({ ...at(5, 5), progress: null }, plan, kind)
    book.learn(at(5, 5), null, kind)
    expect(book.estimateMs(plan, 'cpu', kind)).toBeNull()
  })

  it('is still known the next time', async () => {
    const path = join(temporary.path, 'cache', 'speeds.json')
    new SpeedBook(path).learn(at(15, 3000), plan, kind)
    await vi.waitUntil(() => existsSync(path))
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ schema: 1, speeds: { 'cpu/builtin/adam': 1 } })
    const next = new SpeedBook(path)
    await next.open()
    expect(next.estimateMs(plan, 'cpu', kind)).toBe(3000)
  })

  it.each([['{"schema":1,'], ['{"schema":1,"speeds":{"cpu/builtin/adam":-1}}'], ['[]']])(
    'is begun anew where its file is broken: %s',
    async (text) => {
      const book = new SpeedBook(temporary.file('broken.json', text))
      await book.open()
      expect(book.estimateMs(plan, 'cpu', kind)).toBeNull()
    },
  )
})
