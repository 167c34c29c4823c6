import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compactLayers } from '../models/perceptual/compact.ts'
import { seededWeights } from '../models/seeded.ts'
import { encodeCompact, readCompact } from './compact-file.ts'
import { preprocessings } from '../models/network-weights.ts'

const folder = mkdtempSync(join(tmpdir(), 'pastiche-compact-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'compact.safetensors')
const seeded = seededWeights(compactLayers, 4, preprocessings.torchvision)
const shipped = 'resources/networks/compact.safetensors'

describe('the file of compact', () => {
  it('holds each number to the nearest float16', async () => {
    writeFileSync(path, encodeCompact(seeded))
    const read = await readCompact(path)
    for (const [name, { data }] of seeded.tensors) {
      const found = read.tensors.get(name)!.data
      expect(
        data.every(
          (value, i) => Math.abs(found[i]! - value) <= Math.max(2 ** -25, Math.abs(value) * 2 ** -11),
        ),
      ).toBe(true)
    }
  })

  it('rounds exact halves to even, and keeps what float16 has', async () => {
    const values = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 2047.5, 65_504, 2 ** -24, 2 ** -25, -0.5]
    const own = seededWeights(compactLayers, 4, preprocessings.torchvision)
    own.tensors.get('conv1_1.weight')!.data.set(values)
    writeFileSync(path, encodeCompact(own))
    const read = (await readCompact(path)).tensors.get('conv1_1.weight')!.data
    expect(Array.from(read.subarray(0, 7))).toEqual([1, 1 + 2 ** -9, 2048, 65_504, 2 ** -24, 0, -0.5])
  })

  it.each([
    ['a flipped bit', (bytes: Buffer) => void (bytes[bytes.length - 7]! ^= 1)],
    ['another network', (bytes: Buffer) => void bytes.write('"compacT"', bytes.indexOf('"compact"'))],
  ])('is refused with %s', async (_name, spoil) => {
    const bytes = Buffer.from(encodeCompact(seeded))
    spoil(bytes)
    writeFileSync(path, bytes)
    await expect(readCompact(path)).rejects.toMatchObject({ code: 'weights-damaged' })
  })

  it('is refused where it was cut short', async () => {
    writeFileSync(path, Buffer.from(encodeCompact(seeded)).subarray(0, 100_000))
    await expect(readCompact(path)).rejects.toMatchObject({ code: 'weights-damaged' })
  })
})

describe('the network that ships', () => {
  it('takes at most 2 MB and is the one that its model card describes', async () => {
    expect(statSync(shipped).size).toBeLessThan(2e6)
    const sha256 = createHash('sha256').update(readFileSync(shipped)).digest('hex')
    expect(readFileSync('docs/model-cards/compact.md', 'utf8')).toContain(sha256)
    expect((await readCompact(shipped)).origin).toBe('compact')
  })
})
