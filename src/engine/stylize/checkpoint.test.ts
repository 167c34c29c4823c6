import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { CheckpointKeeper } from './checkpoint-keeper.ts'
import { encodeRunState, readRunState, writeRunState, type RunState } from './checkpoint.ts'

const folder = temporaryFolder()

const state: RunState = {
  fingerprint: 'f',
  scaleIndex: 1,
  step: 3,
  totalStep: 9,
  size: { widthPx: 2, heightPx: 1 },
  elapsedMs: 1234.5,
  sliders: { contentWeight: 0.5, styleLayers: { relu1_1: 2 } },
  objective: 'no',
  vector: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
  optimizer: Uint8Array.of(1, 2, 3),
  average: { sum: Float32Array.of(1, 2, 3, 4, 5, 6), count: 4 },
}

describe('a checkpoint', () => {
  it('comes back as it was', async () => {
    const path = folder.file('whole')
    writeRunState(path, state)
    expect(await readRunState(path)).toEqual(state)
    writeRunState(path, { ...state, average: null })
    expect(await readRunState(path)).toEqual({ ...state, average: null })
  })

  it('that is not there is none', async () => {
    expect(await readRunState(folder.file('nothing'))).toBeNull()
  })

  it('is refused wherever it is damaged or cut off', async () => {
    const bytes = Buffer.concat(encodeRunState(state))
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.boolean(), async (offset, cuts) => {
        const broken = Buffer.from(cuts ? bytes.subarray(0, offset) : bytes)
        if (!cuts) broken[offset]! ^= 0x40
        await expect(readRunState(folder.file('broken', broken))).rejects.toMatchObject({
          code: 'state-damaged',
        })
      }),
      { numRuns: 60 },
    )
  })

  it('leaves the one before where it cannot be written, and no part of itself', async () => {
    const path = folder.file('kept')
    writeRunState(path, state)
    const unwritable = { ...state, optimizer: { buffer: null } as unknown as Uint8Array }
    expect(() => writeRunState(path, unwritable)).toThrow()
    expect(await readRunState(path)).toEqual(state)
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

describe('the keeper of checkpoints', () => {
  const keeperFor = (name: string, everyMs: number, notices: string[] = []): CheckpointKeeper =>
    new CheckpointKeeper(
      { path: join(folder.path, name), everyMs },
      () => state,
      (message) => notices.push(message),
    )

  it('saves no more often than it should', () => {
    const keeper = keeperFor('rhythm', 60_000)
    keeper.offer()
    expect(readdirSync(folder.path)).not.toContain('rhythm')
    keeper.take()
    expect(readdirSync(folder.path)).toContain('rhythm')
  })

  it('rests fifty times as long as the last one took', () => {
    let taken = 0
    const slow = (): RunState => {
      taken++
      const untilMs = performance.now() + 30
      while (performance.now() < untilMs);
      return state
    }
    const keeper = new CheckpointKeeper({ path: folder.file('slow'), everyMs: 0 }, slow, () => undefined)
    keeper.offer()
    for (let i = 0; i < 100; i++) keeper.offer()
    expect(taken).toBe(1)
  })

  it('says once that it cannot save, and makes folders that are not there', () => {
    const notices: string[] = []
    writeFileSync(folder.file('a-file'), 'x')
    const keeper = keeperFor('a-file/deeper/checkpoint', 0, notices)
    keeper.take()
    keeper.take()
    expect(notices).toHaveLength(1)
    expect(notices[0]).toMatch(/^The job could not be saved on the way\. /)
    keeperFor('new/deeper/checkpoint', 0, notices).take()
    expect(readFileSync(folder.file('new/deeper/checkpoint')).length).toBeGreaterThan(100)
  })

  it('removes what it saved', async () => {
    const keeper = keeperFor('gone', 0)
    keeper.take()
    keeper.remove()
    expect(await readRunState(folder.file('gone'))).toBeNull()
  })
})
