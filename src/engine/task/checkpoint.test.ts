import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hugeCheckpoint, makeRunState } from '../../../tests/support/run-state.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { openBytes } from '../weights/byte-source.ts'
import { readSafetensorsHeader, safetensorsHeader } from '../weights/safetensors.ts'
import { writeTensors } from '../weights/safetensors-stream.ts'
import { CheckpointKeeper } from './checkpoint-keeper.ts'
import { readRunState, writeRunState } from './checkpoint.ts'
import type { RunState } from '../methods/run-state.ts'

const folder = temporaryFolder()
const state = makeRunState(1)

function written(name: string, saved = state): string {
  const path = folder.file(name)
  writeRunState(path, saved)
  return path
}

describe('a checkpoint', () => {
  it('comes back as it was', async () => {
    expect(await readRunState(written('whole'))).toEqual(state)
    const unbegun = {
      ...state,
      average: null,
      optimizer: { optimizer: 'adam', scalars: { steps: 0 }, fields: {} },
    }
    expect(await readRunState(written('whole', unbegun))).toEqual(unbegun)
  })

  it('is one safetensors file with a tensor for each part of the state', async () => {
    const file = await openBytes(written('tensors'))
    const { entries, metadata } = await readSafetensorsHeader(file)
    await file.close()
    expect(entries.map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
      ...['vector 3×1×2', 'average 3×1×2', 'optimizer.first 3×1×2', 'optimizer.second 3×1×2', 'crc32 5'],
    ])
    expect(metadata.get('version')).toBe('2')
    expect(JSON.parse(metadata.get('run')!)).toMatchObject({ fingerprint: 'f', step: 3, averageCount: 4 })
  })

  it('that is not there is none', async () => {
    expect(await readRunState(folder.file('nothing'))).toBeNull()
  })

  it('is refused wherever it is damaged, cut off, or longer than it was', async () => {
    const bytes = readFileSync(written('sound'))
    const change = fc.constantFrom('flip', 'cut', 'lengthen')
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), change, async (offset, bit, kind) => {
        const broken = Buffer.from(kind === 'cut' ? bytes.subarray(0, offset) : bytes)
        if (kind === 'flip') broken[offset]! ^= 1 << bit
        const longer = kind === 'lengthen' ? Buffer.concat([broken, Buffer.alloc(offset + 1)]) : broken
        await expect(readRunState(folder.file('broken', longer))).rejects.toMatchObject({
          code: 'state-damaged',
          message: expect.stringMatching(/^The saved progress is damaged\. .*\.$/) as string,
        })
      }),
      { numRuns: 400 },
    )
  })

  it.each(['vector', 'average', 'optimizer.first', 'optimizer.second', 'crc32'])(
    'says where it is damaged (%s)',
    async (part) => {
      const path = written('named')
      const file = await openBytes(path)
      const { entries } = await readSafetensorsHeader(file)
      await file.close()
      const bytes = readFileSync(path)
      bytes[entries.find(({ name }) => name === part)!.end - 1]! ^= 1
      writeFileSync(path, bytes)
      // The last of the checksums is that of the last tensor.
      const named = part === 'crc32' ? 'optimizer.second' : part
      await expect(readRunState(path)).rejects.toThrow(
        `The saved progress is damaged. "${named}" does not match its checksum.`,
      )
    },
  )

  it('says that its header is damaged, wherever the rest could still be read', async () => {
    const bytes = readFileSync(written('header'))
    const at = bytes.indexOf('"elapsedMs') + '\\"elapsedMs\\":'.length
    bytes[at]! ^= 1
    await expect(readRunState(folder.file('header', bytes))).rejects.toThrow(
      'The saved progress is damaged. The header does not match its checksum.',
    )
  })

  it('of a newer Pastiche, or another safetensors file, is refused for what it is', async () => {
    const variant = (name: string, metadata: Record<string, string>): string => {
      const header = safetensorsHeader([['crc32', [1], 'int32']], metadata)
      return folder.file(name, Buffer.concat([header, Buffer.from(Uint32Array.of(crc32(header)).buffer)]))
    }
    const format = 'pastiche-checkpoint'
    await expect(readRunState(variant('newer', { format, version: '3' }))).rejects.toThrow(
      'The progress was saved by a newer version of Pastiche.',
    )
    await expect(readRunState(variant('foreign', { format: 'pt' }))).rejects.toThrow(
      'The saved progress is damaged. It is the file of another program.',
    )
    await expect(readRunState(variant('empty', { format, version: '2', run: '{}' }))).rejects.toThrow(
      'The saved progress is damaged. Its description is incomplete.',
    )
  })

  it('whose vector has another size than its canvas is refused', async () => {
    const file = await openBytes(written('sized'))
    const run = (await readSafetensorsHeader(file)).metadata.get('run')!
    await file.close()
    const path = folder.file('sized')
    const descriptor = openSync(path, 'w')
    const vector = { shape: [3, 2, 2], data: new Float32Array(12) }
    writeTensors(descriptor, new Map([['vector', vector]]), {
      format: 'pastiche-checkpoint',
      version: '2',
      run,
    })
    closeSync(descriptor)
    await expect(readRunState(path)).rejects.toThrow(
      '"vector" is missing, or has another size than the canvas.',
    )
  })

  it('is never a folder', async () => {
    await expect(readRunState(folder.path)).rejects.toMatchObject({
      code: 'state-damaged',
      message: expect.stringMatching(/^The saved progress cannot be read\. /) as string,
    })
  })

  it.skipIf(process.platform === 'win32')(
    'that no memory is left for says so, and is not called damaged',
    async () => {
      const path = folder.file('huge')
      hugeCheckpoint(path)
      await expect(readRunState(path)).rejects.toMatchObject({
        code: 'out-of-memory',
        message: 'There is too little memory to resume the job.',
      })
    },
  )

  it('leaves the one before where it cannot be written, and no part of itself', async () => {
    const path = written('kept')
    const unwritable = { ...state, vector: { buffer: null } as unknown as Float32Array }
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

  it('removes what it saved, and what a crash left unfinished', async () => {
    const keeper = keeperFor('gone', 0)
    keeper.take()
    folder.file('gone.part', 'half')
    keeper.remove()
    expect(await readRunState(folder.file('gone'))).toBeNull()
    expect(readdirSync(folder.path)).not.toContain('gone.part')
  })
})
