import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../tests/support/memory-source.ts'
import { openSafetensors, readSafetensorsHeader, safetensorsHeader } from './safetensors.ts'

const tensor = (begin: number, end: number, shape = [(end - begin) / 4], dtype = 'F32'): unknown => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

function file(header: unknown, dataBytes: number): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)])
}

const open = (header: unknown, dataBytes: number): ReturnType<typeof openSafetensors> =>
  openSafetensors(memorySource(file(header, dataBytes)))

describe('safetensors', () => {
  it('reads what it writes', async () => {
    const header = safetensorsHeader(
      [
        ['a', [2, 3]],
        ['b', [1]],
      ],
      { note: 'ä' },
    )
    const data = new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6, 7]).buffer)
    const { tensors, metadata } = await openSafetensors(memorySource(Buffer.concat([header, data])))
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
      ['a', [2, 3]],
      ['b', [1]],
    ])
    expect([...(await tensors.get('a')!.read())]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...(await tensors.get('b')!.read())]).toEqual([7])
    expect(metadata.get('note')).toBe('ä')
  })

  it.each([1, 5, 40, 63, 64, 65])(
    'begins its data at a multiple of 64 bytes (metadata of %i letters)',
    (letters) => {
      expect(safetensorsHeader([['a', [1]]], { note: 'x'.repeat(letters) }).length % 64).toBe(0)
    },
  )

  it('refuses a header of 1 GB without reading it', async () => {
    const length = Buffer.alloc(9, '{')
    length.writeBigUInt64LE(1_000_000_000n)
    const source = memorySource(length, 3_000_000_000)
    await expect(readSafetensorsHeader(source)).rejects.toThrow('has 1000000000 bytes; the limit is 4000000')
    expect(source.largestRead()).toBe(8)
  })

  it('refuses a header that is longer than the file', async () => {
    await expect(openSafetensors(memorySource(file({}, 0).subarray(0, 9)))).rejects.toThrow(
      'The file ends too early',
    )
  })

  it('refuses tensors that overlap', async () => {
    await expect(open({ a: tensor(0, 8), b: tensor(4, 12) }, 12)).rejects.toThrow(
      /data of "b" begins at byte \d+ instead of/,
    )
  })

  it('refuses two names for the same data', async () => {
    await expect(open({ a: tensor(0, 8), b: tensor(0, 8) }, 8)).rejects.toThrow(/data of "b"/)
  })

  it('refuses holes, before, between and after', async () => {
    await expect(open({ a: tensor(4, 8) }, 8)).rejects.toThrow(/data of "a"/)
    await expect(open({ a: tensor(0, 4), b: tensor(8, 12) }, 12)).rejects.toThrow(/data of "b"/)
    await expect(open({ a: tensor(0, 4) }, 8)).rejects.toThrow(/The header describes 66 bytes, the file has/)
  })

  it('refuses offsets beyond the file, and beyond what numbers hold', async () => {
    await expect(open({ a: tensor(0, 4_000_000_000) }, 8)).rejects.toThrow(/The header describes 4000000/)
    await expect(open(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e300]}}`, 8)).rejects.toThrow(
      /dtype, shape/,
    )
  })

  it('refuses shapes that do not fill their range', async () => {
    await expect(open({ a: tensor(0, 8, [3]) }, 8)).rejects.toThrow(
      'of shape 3 does not fill its 8 bytes exactly',
    )
    await expect(open({ a: tensor(0, 8, [1e9, 1e9, 1e9]) }, 8)).rejects.toThrow('does not fill its 8 bytes')
    await expect(open({ a: tensor(0, 8, [-2]) }, 8)).rejects.toThrow('dtype, shape')
  })

  it('refuses a header that is no JSON, or no table', async () => {
    await expect(open('{"a":', 0)).rejects.toThrow('The header is not JSON')
    await expect(open('[1]', 0)).rejects.toThrow('The header is not JSON')
    await expect(open('{"a":1}', 0)).rejects.toThrow('dtype, shape or data_offsets of "a"')
    await expect(open('['.repeat(1_000_000), 0)).rejects.toThrow('The header is not JSON')
  })

  it('refuses names of a million letters', async () => {
    await expect(open({ ['weight'.repeat(200_000)]: tensor(0, 4) }, 4)).rejects.toThrow('the limit is 1000')
  })

  it('refuses number types that it does not know', async () => {
    await expect(open({ a: tensor(0, 8, [8], 'F8_E4M3') }, 8)).rejects.toThrow(
      'numbers of the type "F8_E4M3"',
    )
    await expect(open({ a: tensor(0, 8, [8], 'toString') }, 8)).rejects.toThrow(
      'numbers of the type "toString"',
    )
  })

  it('does not let a name reach the objects of the language', async () => {
    const { tensors } = await open(`{"__proto__":${JSON.stringify(tensor(0, 4))}}`, 4)
    expect([...tensors.keys()]).toEqual(['__proto__'])
    expect({}).not.toHaveProperty('shape')
    expect(Object.prototype).not.toHaveProperty('dtype')
  })
})
