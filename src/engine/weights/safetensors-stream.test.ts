import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { openBytes, type ByteSource } from './byte-source.ts'
import { openTensors, writeTensors } from './safetensors-stream.ts'
import { openSafetensors, safetensorsHeader } from './safetensors.ts'
import type { Tensor } from '../tensor/tensor.ts'

const folder = temporaryFolder()
const tensors = new Map<string, Tensor>([
  ['kernel', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 1e-30, Infinity, NaN) }],
  ['bias', { shape: [], data: Float32Array.of(7) }],
  ['nothing', { shape: [0, 4], data: new Float32Array(0) }],
])

function written(name: string): string {
  const path = folder.file(name)
  const file = openSync(path, 'w')
  writeTensors(file, tensors, { step: '3' })
  closeSync(file)
  return path
}

async function opened<T>(path: string, work: (file: ByteSource) => Promise<T>): Promise<T> {
  const file = await openBytes(path)
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

describe('a file of tensors that is written and read one by one', () => {
  it('gives each back, bit for bit, into the array of its reader', async () => {
    await opened(written('whole'), async (file) => {
      const stream = await openTensors(file)
      expect(stream.metadata.get('step')).toBe('3')
      expect([...stream.shapes]).toEqual([...tensors].map(([name, { shape }]) => [name, shape]))
      for (const [name, { data }] of tensors) {
        const target = new Float32Array(data.length)
        await stream.read(name, target)
        expect(target).toEqual(data)
      }
    })
  })

  it('is a safetensors file that any reader of the format opens', async () => {
    await opened(written('standard'), async (file) => {
      const standard = await openSafetensors(file)
      expect(await standard.tensors.get('kernel')!.read()).toEqual(tensors.get('kernel')!.data)
    })
  })

  it('is written from views, whatever lies around them', async () => {
    const around = Float32Array.of(9, 1, 2, 3, 9)
    const path = folder.file('view')
    const file = openSync(path, 'w')
    writeTensors(file, new Map([['view', { shape: [3], data: around.subarray(1, 4) }]]), {})
    closeSync(file)
    await opened(path, async (source) => {
      const target = new Float32Array(5)
      await (await openTensors(source)).read('view', target.subarray(2))
      expect([...target]).toEqual([0, 0, 1, 2, 3])
    })
  })

  it('says which tensor is missing, and refuses a target of another size', async () => {
    await opened(written('asked'), async (file) => {
      const { read } = await openTensors(file)
      await expect(read('gamma', new Float32Array(1))).rejects.toThrow('"gamma" is missing.')
      await expect(read('bias', new Float32Array(2))).rejects.toMatchObject({ code: 'internal' })
    })
  })

  it('is refused without its checksums', async () => {
    const header = safetensorsHeader([['bias', [1]]], {})
    const path = folder.file('bare', Buffer.concat([header, Buffer.alloc(4)]))
    await opened(path, async (file) => {
      await expect(openTensors(file)).rejects.toThrow('The checksums are missing.')
    })
  })

  it('is not written where a tensor has more or fewer numbers than its shape says', () => {
    const file = openSync(folder.file('short'), 'w')
    const short = new Map([['short', { shape: [3], data: new Float32Array(2) }]])
    expect(() => writeTensors(file, short, {})).toThrow('"short" has 2 elements, not 3.')
    closeSync(file)
    expect(readFileSync(folder.file('short'))).toHaveLength(0)
  })

  it.skipIf(process.platform === 'win32')('is read behind 4 GiB', async () => {
    const path = folder.file('sparse')
    const hole = 1_200_000_000
    const header = safetensorsHeader(
      [
        ['hole', [hole]],
        ['tail', [2]],
        ['crc32', [3], 'int32'],
      ],
      {},
    )
    const tail = Buffer.from(Float32Array.of(5, 6).buffer)
    const sums = Buffer.from(Uint32Array.of(crc32(header), 0, crc32(tail)).buffer)
    const file = openSync(path, 'w')
    writeSync(file, header)
    ftruncateSync(file, header.length + 4 * hole)
    writeSync(file, Buffer.concat([tail, sums]), 0, tail.length + sums.length, header.length + 4 * hole)
    closeSync(file)
    await opened(path, async (source) => {
      const target = new Float32Array(2)
      await (await openTensors(source)).read('tail', target)
      expect([...target]).toEqual([5, 6])
    })
  })
})
