import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { truncateSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../tests/support/memory-source.ts'
import { pickle, pickleTensor } from '../../../tests/support/pickler.ts'
import { legacyHeader, writeSafetensors } from '../../../tests/support/weight-files.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { zip } from '../../../tests/support/zip-writer.ts'
import { sortedByPath } from './convolution-names.ts'
import { readForeignWeights } from './import.ts'
import { openOnnx } from './onnx.ts'
import { readPickle } from './pickle.ts'
import { readSafetensorsHeader } from './safetensors.ts'
import { openTorchLegacy } from './torch-legacy.ts'
import { stateDictVocabulary } from './torch-state.ts'
import { openZip } from './zip-source.ts'

// Small files that ask for a lot: each is refused in words, by what it asks for, before it is done. Where nothing counts, such a test
// does not end.

const temporary = temporaryFolder()
const read = (...parts: readonly Buffer[]): unknown =>
  readPickle(pickle.program(...parts), 0, stateDictVocabulary(new Map())).value
const repeat = (count: number, part: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => part))
const pop = Buffer.from('0')

describe('a pickle', () => {
  const longList = Buffer.concat([
    pickle.emptyList(),
    pickle.mark(),
    Buffer.alloc(1_000_000, 'N'),
    pickle.appends(),
    pickle.put(1),
    pop,
  ])

  it('that copies a long list again and again through another function is refused', () => {
    const once = Buffer.concat([pickle.get(2), pickle.get(3), pickle.reduce(), pop])
    const prepared = Buffer.concat([
      pickle.global('torch._tensor', '_rebuild_from_type_v2'),
      pickle.put(2),
      pickle.tuple(
        pickle.global('collections', 'OrderedDict'),
        pickle.none(),
        pickle.tuple(pickle.get(1)),
        pickle.none(),
      ),
      pickle.put(3),
    ])
    expect(() => read(longList, prepared, repeat(100_000, once))).toThrow('more work than')
  })

  it('that makes an object with every byte is refused', () => {
    expect(() => read(pickle.mark(), Buffer.alloc(3_900_000, '}'))).toThrow('more work than')
  })

  it('that asks for a name of a million letters is refused, however often', () => {
    const dots = '.'.repeat(1_000_000)
    const name = Buffer.concat([pickle.text(dots), pickle.put(1), pop])
    const once = Buffer.concat([pickle.get(1), pickle.get(1), Buffer.from([0x93]), pop])
    expect(() => read(name, repeat(100_000, once))).toThrow('a name of 2000000 letters')
  })

  it('keeps only what has a name, so that numbers of one hash cannot make a dict slow', () => {
    const items = Buffer.concat([pickle.int(5), pickle.none(), pickle.text('a'), pickle.true()])
    expect(read(pickle.emptyDict(), pickle.mark(), items, pickle.setItems())).toEqual(new Map([['a', true]]))
  })

  it('that keeps values under numbers without end is refused', () => {
    const longPut = Buffer.from([0x72, 0xff, 0xff, 0xff, 0xff])
    expect(() => read(pickle.none(), longPut)).toThrow('more values than there can be')
  })
})

describe('a PyTorch file of the legacy format', () => {
  const number = (bytes: readonly number[]): Buffer => pickle.program(pickle.long(bytes))
  const magic = number([0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19])

  it('whose protocol is lists in lists in lists, which as text would be endless, is refused', async () => {
    const doubled = Array.from({ length: 40 }, (_, i) =>
      Buffer.concat([pickle.put(i), pop, pickle.tuple(pickle.get(i), pickle.get(i))]),
    )
    const protocol = pickle.program(pickle.emptyList(), ...doubled)
    await expect(openTorchLegacy(memorySource(Buffer.concat([magic, protocol])))).rejects.toThrow(
      'no number of a protocol',
    )
  })

  it('that names one storage a hundred thousand times is refused', async () => {
    const object = pickle.program(pickle.tuple(pickleTensor('0', [0], { legacy: true })))
    const keys = pickle.program(
      pickle.text('0'),
      pickle.put(1),
      pop,
      pickle.tuple(...Array.from({ length: 100_000 }, () => pickle.get(1))),
    )
    const file = Buffer.concat([legacyHeader(), object, keys, Buffer.alloc(800_000)])
    await expect(openTorchLegacy(memorySource(file))).rejects.toThrow('storage "0" twice')
  })
})

describe('a safetensors header', () => {
  const header = (json: string): Promise<unknown> => {
    const length = Buffer.alloc(8)
    length.writeUInt32LE(json.length)
    return readSafetensorsHeader(memorySource(Buffer.concat([length, Buffer.from(json)])))
  }
  const million = (value: string): string => `[${Array.from({ length: 900_000 }, () => value).join()}]`

  it.each([
    [
      'a shape of a million wrong axes',
      `{"a":{"dtype":"F32","shape":${million('""')},"data_offsets":[0,0]}}`,
    ],
    ['a million wrong offsets', `{"a":{"dtype":"F32","shape":[],"data_offsets":${million('""')}}}`],
    ['lists two million deep', `{"a":${'['.repeat(1_900_000)}${']'.repeat(1_900_000)}}`],
  ])('with %s is refused by the first fault', async (_what, json) => {
    await expect(header(json)).rejects.toThrow('lacks dtype, shape or data_offsets of "a"')
  })

  it('with metadata of a million wrong values is refused', async () => {
    await expect(header(`{"__metadata__":${million('1')}}`)).rejects.toThrow('metadata in the header')
  })

  it('with a name of a million letters is refused', async () => {
    await expect(header(`{"${'weight'.repeat(200_000)}":{}}`)).rejects.toThrow('limit is 1000')
  })
})

describe('an ONNX model', () => {
  const field = (number: number, ...contents: readonly Uint8Array[]): Uint8Array => {
    const bytes = Buffer.concat(contents)
    return Buffer.concat([
      new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(bytes.length).finish(),
      bytes,
    ])
  }
  const model = (...parts: readonly Uint8Array[]): Buffer =>
    Buffer.concat([Buffer.from([0x08, 0x08]), field(7, ...parts)])
  const many = (count: number, part: Uint8Array): Uint8Array => repeat(count, Buffer.from(part))

  it.each([
    ['a million inputs', model(many(400_000, field(11)))],
    ['nodes of a hundred thousand attributes each', model(many(40, field(1, many(90_000, field(5)))))],
    ['a million names', model(many(100, field(1, many(1_000, field(1, Buffer.alloc(1000, 'weight'))))))],
    ['a message of two million fields', model(many(1_100_000, field(13)))],
  ])('of %s is refused by the work that it asks for', async (_what, bytes) => {
    await expect(openOnnx(memorySource(bytes))).rejects.toThrow('more fields than any network')
  })

  it('passes over long lists of numbers, which no convolution has', async () => {
    const packed = field(8, Buffer.alloc(150, 1))
    const attribute = field(5, field(1, Buffer.from('perm')), many(5_000, packed))
    const { graph } = await openOnnx(
      memorySource(model(field(1, field(4, Buffer.from('Transpose')), attribute))),
    )
    expect(graph?.convolutions).toEqual([])
  })
})

describe('a zip', () => {
  it('whose entries have names of 60 kB is refused', async () => {
    const name = 'a'.repeat(60_000)
    await expect(
      openZip(memorySource(Buffer.concat(zip([{ name, data: Buffer.alloc(0) }])))),
    ).rejects.toThrow('limit is 1000')
  })
})

const manifest = { schema: 1 as const, models: [] }

describe('a file of terabytes', () => {
  it('that takes no room on the disk is refused before a byte of it is compared', async () => {
    const path = temporary.file('sparse.safetensors')
    writeSafetensors(path, new Map([['features.0.weight', { shape: [1], data: new Float32Array(1) }]]))
    truncateSync(path, 2e12)
    await expect(readForeignWeights(path, { manifest, allowUnverified: true })).rejects.toThrow(
      'sparse.safetensors: The file has 2000 GB',
    )
  })
})

describe('the names of tensors', () => {
  it('are refused where together they are longer than those of any network', async () => {
    const path = temporary.file('names.safetensors')
    const tensor = { shape: [1], data: new Float32Array(1) }
    const names = Array.from({ length: 3_000 }, (_, i) => `${'a.'.repeat(200)}${i}`)
    writeSafetensors(path, new Map(names.map((name) => [name, tensor])))
    await expect(readForeignWeights(path, { manifest, allowUnverified: true })).rejects.toThrow(
      'more than 1000000 characters together',
    )
  })

  it('are sorted by the first part in which they differ', () => {
    const names = ['a.b.10', 'a.b.9', 'a.B.1', 'a'].map((name) => ({ name }))
    expect(sortedByPath(names).map(({ name }) => name)).toEqual(['a', 'a.b.9', 'a.b.10', 'a.B.1'])
  })
})
