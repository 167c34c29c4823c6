import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { CheckpointKeeper } from '../../src/engine/task/checkpoint-keeper.ts'
import { readRunState, writeRunState } from '../../src/engine/task/checkpoint.ts'
import { makeRunState } from '../support/run-state.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { mountSmallDisk } from './support/small-disk.ts'

const folder = temporaryFolder()
const state = makeRunState(1)

/** Runs a script of the folder `support`. @returns its message, and the signal that ended it */
async function runScript(
  name: string,
  args: readonly string[],
): Promise<{ message: unknown; signal: string | null }> {
  const script = fileURLToPath(new URL(`support/${name}.ts`, import.meta.url))
  const child = fork(script, args, { execArgv: ['--import', 'tsx'] })
  let message: unknown = null
  child.on('message', (sent) => (message = sent))
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return { message, signal }
}

describe.skipIf(process.platform === 'win32')('a process that is killed over a checkpoint', () => {
  it.each(['writing', 'flushing', 'renaming'])('(%s) leaves the one before, whole', async (moment) => {
    const path = folder.file(moment)
    writeRunState(path, state)
    expect((await runScript('killed-saving', [path, moment, '64'])).signal).toBe('SIGKILL')
    expect(existsSync(`${path}.part`)).toBe(true)
    expect(await readRunState(path)).toEqual(state)
    const next = makeRunState(3)
    writeRunState(path, next)
    expect(await readRunState(path)).toEqual(next)
    expect(existsSync(`${path}.part`)).toBe(false)
  })

  it('(once it is renamed) leaves the new one, whole', async () => {
    const path = folder.file('renamed')
    writeRunState(path, state)
    await runScript('killed-saving', [path, 'never', '64'])
    expect(await readRunState(path)).toEqual(makeRunState(2, { widthPx: 64, heightPx: 64 }))
  })
})

describe('a disk that has no room for the next checkpoint', () => {
  let disk: ReturnType<typeof mountSmallDisk> = null
  afterEach(() => disk?.unmount())

  it('keeps the one before, whole, and the user is told once', async ({ skip }) => {
    const mounted = folder.file('small')
    mkdirSync(mounted)
    if ((disk = mountSmallDisk(mounted, '1m')) === null) skip()
    const path = folder.file('small/job.checkpoint')
    let current = state
    const notices: string[] = []
    const keeper = new CheckpointKeeper(
      { path, everyMs: 0 },
      () => current,
      (message) => notices.push(message),
    )
    keeper.take()
    current = makeRunState(2, { widthPx: 256, heightPx: 256 })
    keeper.take()
    keeper.take()
    expect(notices).toEqual([
      `The job could not be saved on the way. There is no room for ${path}: the drive is full.`,
    ])
    expect(readdirSync(mounted)).toEqual(['job.checkpoint'])
    expect(await readRunState(path)).toEqual(state)
  })
})

interface Growth {
  readonly fileBytes: number
  readonly tensorBytes: number
  /** Bytes by which the process grew while it wrote the file; while it read it tensor by tensor. */
  readonly writing: number
  readonly readingEach: number
  /** While it read a smaller one whole: beyond what that holds. */
  readonly readingWhole: number
  /** Tensors that did not come back as they were. */
  readonly wrong: readonly string[]
}

describe.skipIf(process.platform !== 'linux')('a checkpoint of more than 2 GiB', () => {
  it('is written and read back, and memory grows by at most one tensor', async () => {
    const { message } = await runScript('large-checkpoint', [folder.file('large'), '30'])
    const growth = message as Growth
    expect(growth.wrong).toEqual([])
    expect(growth.fileBytes).toBeGreaterThan(2.3e9)
    expect(growth.writing).toBeLessThan(growth.tensorBytes)
    expect(growth.readingWhole).toBeLessThan(growth.tensorBytes)
    // Its one tensor, and what the runtime takes for itself.
    expect(growth.readingEach).toBeLessThan(1.5 * growth.tensorBytes)
  })
})
