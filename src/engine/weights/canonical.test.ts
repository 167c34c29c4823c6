import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { narrowTables } from '../../../tests/support/weight-names.ts'
import {
  buildCanonical,
  readCanonical,
  writeCanonical,
  type CanonicalWeights,
  type Provenance,
} from './canonical.ts'
import { preprocessings } from '../models/network-weights.ts'

const folder = temporaryFolder()
const provenance: Provenance = {
  network: 'vgg16',
  family: 'caffe',
  origin: 'VGG16 (Keras, convolutions only)',
  sourceSha256: 'ab'.repeat(32),
  verified: true,
}

function build(change: Partial<Provenance> = {}, first = 0): Promise<CanonicalWeights> {
  let value = first
  const fill = (_: string, { data }: { data: Float32Array }): Promise<void> => {
    for (let i = 0; i < data.length; i++) data[i] = value++
    return Promise.resolve()
  }
  return buildCanonical({ ...provenance, ...change }, fill, narrowTables)
}
const read = (path: string): Promise<CanonicalWeights> => readCanonical(path, narrowTables)
const numbers = ({ tensors }: CanonicalWeights): unknown =>
  [...tensors].map(([name, { shape, data }]) => [name, shape, [...data]])

describe('the canonical weights file', () => {
  it('comes back as it was written, with all that is known about it', async () => {
    const path = folder.file('a.safetensors')
    const written = await build()
    await writeCanonical(path, written)
    const { bytes, tensors, ...rest } = await read(path)
    expect(rest).toEqual({
      ...provenance,
      preprocessing: preprocessings.caffe,
      dataSha256: written.dataSha256,
    })
    expect(Buffer.compare(bytes, written.bytes)).toBe(0)
    expect(numbers({ ...rest, bytes, tensors })).toEqual(numbers(written))
  })

  it('keeps every tensor as a view of the bytes of the file', async () => {
    const { bytes, tensors } = await build()
    for (const { data } of tensors.values()) expect(data.buffer).toBe(bytes.buffer)
    expect(tensors.get('conv1_1.weight')!.data.byteOffset % 64).toBe(0)
    expect(tensors.keys().next().value).toBe('conv1_1.weight')
  })

  it('is the same bytes for the same weights', async () => {
    expect(Buffer.compare((await build()).bytes, (await build()).bytes)).toBe(0)
    expect((await build({ sourceSha256: 'cd'.repeat(32) })).dataSha256).toBe((await build()).dataSha256)
    expect((await build({}, 1)).dataSha256).not.toBe((await build()).dataSha256)
  })

  it('is plain safetensors with its preprocessing in the metadata', async () => {
    const { bytes } = await build()
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
      string,
      Record<string, string>
    >
    expect(header['__metadata__']).toMatchObject({
      format: 'pastiche',
      schema: '1',
      network: 'vgg16',
      verified: 'true',
    })
    expect(JSON.parse(header['__metadata__']!['preprocessing']!)).toEqual(preprocessings.caffe)
    expect(header['conv1_1.weight']).toEqual({ dtype: 'F32', shape: [2, 3, 3, 3], data_offsets: [0, 216] })
  })

  it('is refused when a single bit of its data has changed', async () => {
    const bytes = Buffer.from((await build()).bytes)
    bytes[bytes.length - 7]! ^= 1
    await expect(read(folder.file('bit.safetensors', bytes))).rejects.toThrow(
      'its checksum is not the one it was written with',
    )
  })

  it('is refused where it is cut off', async () => {
    const { bytes } = await build()
    for (const length of [0, 7, 8, 100, bytes.length - 1])
      await expect(read(folder.file('cut.safetensors', bytes.subarray(0, length)))).rejects.toMatchObject({
        code: 'weights-damaged',
      })
  })

  it('is refused when it holds another network than it says', async () => {
    const text = Buffer.from((await build()).bytes)
      .toString('latin1')
      .replace('"network":"vgg16"', '"network":"vgg19"')
    await expect(read(folder.file('other.safetensors', Buffer.from(text, 'latin1')))).rejects.toThrow(
      'its tensors are not those of its network',
    )
  })

  it('is refused when its tensors have other names', async () => {
    const text = Buffer.from((await build()).bytes)
      .toString('latin1')
      .replace('"conv3_1.bias"', '"conv3_1.vias"')
    await expect(read(folder.file('names.safetensors', Buffer.from(text, 'latin1')))).rejects.toThrow(
      'its tensors are not those of its network',
    )
  })

  it('is refused when Pastiche has not written it', async () => {
    await expect(read('tests/fixtures/weights/torchvision.safetensors')).rejects.toThrow(
      expect.objectContaining({
        code: 'weights-unsupported',
        message: 'Pastiche has not written this file.',
      }),
    )
    await expect(read(folder.file('none.safetensors'))).rejects.toMatchObject({ code: 'file-not-found' })
  })

  it('replaces the file that was there, and leaves no other beside it', async () => {
    const place = join(folder.path, 'place')
    mkdirSync(place)
    const path = join(place, 'vgg16.safetensors')
    writeFileSync(path, 'old')
    await writeCanonical(path, await build())
    expect(readdirSync(place)).toEqual(['vgg16.safetensors'])
    expect(readFileSync(path)).toHaveLength((await build()).bytes.length)
  })

  it('says where it cannot be written', async () => {
    const path = join(folder.path, 'missing', 'vgg16.safetensors')
    await expect(writeCanonical(path, await build())).rejects.toMatchObject({ code: 'output-not-writable' })
  })
})
