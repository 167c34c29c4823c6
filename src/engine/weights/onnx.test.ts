import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../tests/support/memory-source.ts'
import { openOnnx } from './onnx.ts'
import type { TensorFile } from './tensor-file.ts'

const bytes = (writer: BinaryWriter, field: number, value: Uint8Array): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).bytes(value)
const floats = (...values: readonly number[]): Uint8Array => new Uint8Array(new Float32Array(values).buffer)

interface Parts {
  readonly dims?: readonly number[]
  readonly type?: number
  readonly name?: string
  readonly more?: (writer: BinaryWriter) => BinaryWriter
}

function tensor({
  dims = [2],
  type = 1,
  name = 'w',
  more = (w) => bytes(w, 9, floats(1, 2)),
}: Parts): Uint8Array {
  const writer = new BinaryWriter()
  for (const side of dims) writer.tag(1, WireType.Varint).int64(side)
  writer.tag(2, WireType.Varint).int32(type)
  return more(bytes(writer, 8, Buffer.from(name))).finish()
}

function model(...tensors: readonly Uint8Array[]): Uint8Array {
  const graph = new BinaryWriter()
  for (const message of tensors) bytes(graph, 5, message)
  return bytes(new BinaryWriter().tag(1, WireType.Varint).int64(8), 7, graph.finish()).finish()
}

const open = (...tensors: readonly Uint8Array[]): Promise<TensorFile> =>
  openOnnx(memorySource(model(...tensors)))

async function values(parts: Parts): Promise<number[]> {
  return [...(await (await open(tensor(parts))).tensors.get('w')!.read())]
}

describe('ONNX initializers', () => {
  it('reads raw data', async () => {
    expect(await values({})).toEqual([1, 2])
  })

  it('reads packed dims as well as single ones', async () => {
    const packed = (w: BinaryWriter): BinaryWriter => bytes(bytes(w, 1, Buffer.from([1, 2])), 9, floats(1, 2))
    const { tensors } = await open(tensor({ dims: [], more: packed }))
    expect(tensors.get('w')!.shape).toEqual([1, 2])
  })

  it('reads half floats from the low bits of int32_data', async () => {
    expect(
      await values({ type: 10, more: (w) => bytes(w, 5, Buffer.from([0x80, 0x78, 0x80, 0x80, 0x03])) }),
    ).toEqual([1, -2])
  })

  it('refuses a billion elements without data for them', async () => {
    const dims = [1_000_000_000]
    await expect(open(tensor({ dims }))).rejects.toThrow(
      'tensor "w" of shape 1000000000 with 8 bytes of data',
    )
    const { tensors } = await open(tensor({ dims, more: (w) => bytes(w, 4, floats(1)) }))
    await expect(tensors.get('w')!.read()).rejects.toThrow('1 values for "w" of shape 1000000000')
  })

  it.each([[[2 ** 40, 2 ** 40]], [[-1]], [[1, -2]]])('refuses the shape %j', async (dims) => {
    await expect(open(tensor({ dims }))).rejects.toMatchObject({ code: 'weights-damaged' })
  })

  it('refuses more data than its shape says', async () => {
    await expect(values({ dims: [1], more: (w) => bytes(w, 4, new Uint8Array(400)) })).rejects.toThrow(
      'too much data',
    )
  })

  it('refuses data kept in a second file', async () => {
    const location = new BinaryWriter()
    bytes(bytes(location, 1, Buffer.from('location')), 2, Buffer.from('../../etc/passwd'))
    const external = (w: BinaryWriter): BinaryWriter =>
      bytes(w, 13, location.finish()).tag(14, WireType.Varint).int32(1)
    await expect(open(tensor({ more: external }))).rejects.toThrow('keeps its weights in a second file')
  })

  it('refuses names of a million letters', async () => {
    await expect(open(tensor({ name: 'weight'.repeat(200_000) }))).rejects.toThrow('a name of 1200000 bytes')
  })

  it('refuses two tensors of one name', async () => {
    await expect(open(tensor({}), tensor({}))).rejects.toThrow('two tensors named "w"')
  })

  it('refuses types that are no numbers', async () => {
    await expect(values({ type: 8, dims: [] })).rejects.toMatchObject({ code: 'weights-unsupported' })
  })

  it('refuses a model without a graph', async () => {
    await expect(openOnnx(memorySource(Buffer.from([8, 8])))).rejects.toThrow('no graph')
  })

  it('refuses a file that is cut off, wherever that is', async () => {
    const whole = model(tensor({}))
    for (let length = 3; length < whole.length; length++)
      await expect(openOnnx(memorySource(whole.subarray(0, length)))).rejects.toMatchObject({
        code: 'weights-damaged',
      })
  })

  it('refuses a tensor that is longer than its model', async () => {
    const whole = Buffer.from(model(tensor({})))
    whole[5]! += 20
    await expect(openOnnx(memorySource(whole))).rejects.toMatchObject({ code: 'weights-damaged' })
  })

  it('refuses data that runs into the next tensor', async () => {
    const first = tensor({})
    first[first.length - 9]! += 4
    await expect(open(first, tensor({ name: 'v' }))).rejects.toThrow(/a field that ends at byte/)
  })

  it('refuses groups, which could nest without end', async () => {
    await expect(
      openOnnx(memorySource(Buffer.concat([Buffer.from([8, 8]), Buffer.alloc(10_000, 0x3b)]))),
    ).rejects.toMatchObject({
      code: 'weights-damaged',
    })
  })

  it('gives up on fields without end', async () => {
    await expect(openOnnx(memorySource(Buffer.alloc(2_100_000, 8)))).rejects.toThrow(
      'more fields than any network',
    )
  })

  it('reads little of a large model before its data is asked for', async () => {
    const big = new BinaryWriter()
      .tag(1, WireType.Varint)
      .int64(8)
      .tag(7, WireType.LengthDelimited)
      .uint32(2_000_000_000)
    const source = memorySource(
      big.tag(2, WireType.LengthDelimited).uint32(1_999_999_994).finish(),
      2_000_000_008,
    )
    await openOnnx(source)
    expect(source.largestRead()).toBeLessThanOrEqual(4096)
  })
})
