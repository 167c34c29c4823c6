import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { openBytes } from './byte-source.ts'
import { openKerasH5 } from './keras-h5.ts'

const folder = temporaryFolder()
const whole = readFileSync(new URL('../../../tests/fixtures/weights/keras-published.h5', import.meta.url))

async function countTensors(bytes: Uint8Array): Promise<number> {
  const file = await openBytes(folder.file('weights.h5', bytes))
  try {
    const opened = await openKerasH5(file)
    opened.close()
    return opened.tensors.size
  } finally {
    await file.close()
  }
}

// HDF5 File Format Specification 3.0, II.A (superblock, version 0) and III.A.1 (B-tree, version 1).
const endOfFileAt = 40
const rootTreeAt = 80
const nodeBytes = 544
const children = 32

/** The root group's tree gets more levels, in each of which one node has the same child 32 times: 32^(levels + 1) times the same names. */
function withTree(levels: number): Buffer {
  const root = Number(whole.readBigUInt64LE(rootTreeAt))
  const count = whole.readUInt16LE(root + 6)
  const [firstKey, lastKey] = [
    whole.readBigUInt64LE(root + 24),
    whole.readBigUInt64LE(root + 24 + 16 * count),
  ]
  const node = (level: number, child: number): Buffer => {
    const bytes = Buffer.alloc(nodeBytes)
    bytes.write('TREE')
    bytes[5] = level
    bytes.writeUInt16LE(children, 6)
    bytes.fill(0xff, 8, 24)
    for (let i = 0; i < children; i++) {
      bytes.writeBigUInt64LE(firstKey, 24 + 16 * i)
      bytes.writeBigUInt64LE(BigInt(child), 32 + 16 * i)
    }
    bytes.writeBigUInt64LE(lastKey, 24 + 16 * children)
    return bytes
  }
  const leaf = Number(whole.readBigUInt64LE(root + 32))
  const below = (level: number): number => (level === 0 ? leaf : whole.length + nodeBytes * (level - 1))
  const nodes = Array.from({ length: levels }, (_, level) => node(level, below(level)))
  const file = Buffer.concat([whole, ...nodes])
  node(levels, below(levels)).copy(file, root)
  file.writeBigUInt64LE(BigInt(file.length), endOfFileAt)
  return file
}

describe('an HDF5 file that names the same group 32⁸ times', () => {
  it('in a tree of fewer levels is read', async () => {
    expect(await countTensors(withTree(1))).toBe(8)
  })

  it('is refused where the library’s memory ends, and the next file is read', async () => {
    await expect(countTensors(withTree(7))).rejects.toThrow('asks for more than 128 MiB of memory')
    expect(await countTensors(whole)).toBe(32)
    await expect(countTensors(withTree(7))).rejects.toMatchObject({ code: 'weights-damaged' })
    expect(await countTensors(whole)).toBe(32)
  })
})
