import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../tests/support/memory-source.ts'
import { pickle, pickleTensor } from '../../../tests/support/pickler.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { legacyHeader } from '../../../tests/support/weight-files.ts'
import { zip, type ZipEntry } from '../../../tests/support/zip-writer.ts'
import { openBytes } from './byte-source.ts'
import type { TensorFile } from './tensor-file.ts'
import { openTorchLegacy } from './torch-legacy.ts'
import { openTorchZip } from './torch-zip.ts'

const folder = temporaryFolder()
let files = 0

const dict = (...items: readonly Buffer[]): Buffer =>
  Buffer.concat([pickle.emptyDict(), pickle.mark(), ...items, pickle.setItems()])
const floats = (...values: readonly number[]): Buffer => Buffer.from(new Float32Array(values).buffer)

async function withZip<T>(
  entries: readonly ZipEntry[],
  use: (file: TensorFile) => T | Promise<T>,
): Promise<T> {
  const source = await openBytes(folder.file(`${++files}.pth`, Buffer.concat(zip(entries))))
  try {
    return await use(await openTorchZip(source))
  } finally {
    await source.close()
  }
}

/** A zip of one state dict with one tensor `w`, and the first elements of that tensor. */
function readOne(tensor: Buffer, data: Buffer, ...more: readonly ZipEntry[]): Promise<number[]> {
  const entries = [
    { name: 'a/data.pkl', data: pickle.program(dict(pickle.text('w'), tensor)) },
    { name: 'a/data/0', data },
    ...more,
  ]
  return withZip(entries, async ({ tensors }) => [...(await tensors.get('w')!.read())])
}

describe('the zip format of torch.save', () => {
  it('reads a tensor of a part of its storage', async () => {
    const tensor = pickleTensor('0', [2], { offset: 1, count: 4 })
    expect(await readOne(tensor, floats(1, 2, 3, 4))).toEqual([2, 3])
  })

  it('puts a transposed tensor in order', async () => {
    const tensor = pickleTensor('0', [2, 3], { stride: [1, 2] })
    expect(await readOne(tensor, floats(0, 1, 2, 3, 4, 5))).toEqual([0, 2, 4, 1, 3, 5])
  })

  it('repeats an expanded tensor', async () => {
    const tensor = pickleTensor('0', [2, 2], { stride: [0, 1], count: 2 })
    expect(await readOne(tensor, floats(7, 8))).toEqual([7, 8, 7, 8])
  })

  it('refuses a tensor that leaves its storage', async () => {
    const leaving = [
      pickleTensor('0', [4], { count: 2 }),
      pickleTensor('0', [2], { offset: 1, count: 2 }),
      pickleTensor('0', [2], { offset: 2 ** 31 - 1, count: 2 }),
      pickleTensor('0', [2, 2], { stride: [2 ** 31 - 1, 1], count: 2 }),
      pickleTensor('0', [2 ** 31 - 1, 2 ** 31 - 1], { count: 2 }),
    ]
    for (const tensor of leaving)
      await expect(readOne(tensor, floats(1, 2))).rejects.toThrow('leaves its storage of 2 elements')
  })

  it('refuses a few elements spread over a large storage', async () => {
    const tensor = pickleTensor('0', [2], { stride: [1000], count: 1001 })
    await expect(readOne(tensor, Buffer.alloc(4004))).rejects.toThrow('2 elements spread over 1001')
  })

  it('refuses negative sizes and strides', async () => {
    await expect(readOne(pickleTensor('0', [-1], { count: 1 }), floats(1))).rejects.toThrow(
      'a tensor without',
    )
    await expect(readOne(pickleTensor('0', [1], { stride: [-1], count: 1 }), floats(1))).rejects.toThrow(
      'a tensor without',
    )
  })

  it('refuses a storage whose data has another size', async () => {
    await expect(readOne(pickleTensor('0', [2]), floats(1, 2, 3))).rejects.toThrow(
      '12 bytes for the 2 elements of storage "0"',
    )
  })

  it('refuses a storage that is not in the file, also by a name that is a path', async () => {
    await expect(readOne(pickleTensor('9', [1]), floats(1))).rejects.toThrow('no data for storage "9"')
    await expect(readOne(pickleTensor('../0', [1]), floats(1))).rejects.toThrow('no data for storage "../0"')
  })

  it.each(['../evil.pth', 'a/../../evil', '/etc/evil', 'C:\\evil', 'a\\..\\evil'])(
    'refuses an entry named %s',
    async (name) => {
      const failing = readOne(pickleTensor('0', [1]), floats(1), { name, data: Buffer.from('x') })
      await expect(failing).rejects.toMatchObject({ code: 'weights-refused' })
    },
  )

  it('refuses a compressed storage: nothing is ever unpacked, so no zip bomb goes off', async () => {
    const entries = [
      { name: 'a/data.pkl', data: pickle.program(dict(pickle.text('w'), pickleTensor('0', [2_500_000]))) },
      { name: 'a/data/0', data: Buffer.alloc(10_000_000), deflate: true },
    ]
    const failing = withZip(entries, ({ tensors }) => tensors.get('w')!.read())
    await expect(failing).rejects.toThrow('"a/data/0" in the file is compressed')
  })

  it('refuses a compressed pickle', async () => {
    const entries = [{ name: 'a/data.pkl', data: Buffer.alloc(3_000_000), deflate: true }]
    await expect(withZip(entries, () => null)).rejects.toMatchObject({ code: 'weights-unsupported' })
  })

  it('refuses a pickle of megabytes', async () => {
    const entries = [{ name: 'a/data.pkl', data: Buffer.alloc(5_000_000) }]
    await expect(withZip(entries, () => null)).rejects.toThrow('where weights take kilobytes')
  })

  it('refuses two entries of one name', async () => {
    const again = { name: 'a/data/0', data: floats(2) }
    await expect(readOne(pickleTensor('0', [1]), floats(1), again)).rejects.toThrow(
      'two entries named "a/data/0"',
    )
  })

  it('refuses big-endian numbers', async () => {
    const order = { name: 'a/byteorder', data: Buffer.from('big') }
    await expect(readOne(pickleTensor('0', [1]), floats(1), order)).rejects.toThrow('"big"-endian numbers')
  })

  it('refuses a zip that torch has not written', async () => {
    await expect(withZip([{ name: 'mimetype', data: Buffer.from('x') }], () => null)).rejects.toMatchObject({
      code: 'weights-unsupported',
    })
  })

  it('refuses a directory that is cut off', async () => {
    const whole = Buffer.concat(zip([{ name: 'a/data.pkl', data: pickle.program(pickle.emptyDict()) }]))
    for (let length = 4; length < whole.length; length++) {
      const source = await openBytes(folder.file('cut.pth', whole.subarray(0, length)))
      await expect(openTorchZip(source)).rejects.toMatchObject({ code: 'weights-damaged' })
      await source.close()
    }
  })

  it.each([2n ** 63n, 2n ** 53n + 2n, 1_000_000n])(
    'refuses a directory at byte %d of a small file',
    async (offset) => {
      const whole = Buffer.concat(zip([{ name: 'a/data.pkl', data: pickle.program(pickle.emptyDict()) }]))
      const locator = Buffer.alloc(20)
      locator.write('PK\x06\x07', 'latin1')
      locator.writeBigUInt64LE(offset, 8)
      const zip64 = Buffer.concat([whole.subarray(0, -22), locator, whole.subarray(-22)])
      await expect(openTorchZip(memorySource(zip64))).rejects.toMatchObject({ code: 'weights-damaged' })
    },
  )

  const whole = Buffer.concat([
    pickle.global('torchvision.models.vgg', 'VGG'),
    pickle.emptyTuple(),
    Buffer.from([0x81]),
    dict(pickle.text('_modules'), pickle.emptyDict()),
    pickle.build(),
  ])
  it.each([
    ['a whole model', whole],
    [
      'a whole model in a checkpoint',
      dict(pickle.text('model'), whole, pickle.text('x'), pickleTensor('0', [1])),
    ],
  ])('says how to save the weights of %s', async (_, model) => {
    const failing = withZip([{ name: 'a/data.pkl', data: pickle.program(model) }], () => null)
    await expect(failing).rejects.toMatchObject({
      code: 'weights-unsupported',
      message: expect.stringContaining(
        'This is a whole PyTorch model ("torchvision.models.vgg.VGG")',
      ) as string,
      hint: expect.stringContaining('torch.save(model.state_dict(), "weights.pth")') as string,
    })
  })

  it.each(['a/code/__torch__.py', 'a/constants.pkl', 'a/archive_format'])(
    'says that an archive with %s is a whole model',
    async (name) => {
      await expect(withZip([{ name, data: Buffer.from('x') }], () => null)).rejects.toThrow(
        'a whole PyTorch model',
      )
    },
  )

  it('does not walk dicts that refer to one another for ever', async () => {
    // Each of 200 names leads to the same dict of 200 names, and so on: 200³ tensors, had it been walked.
    const level = (inner: Buffer, put: number): Buffer =>
      Buffer.concat([
        inner,
        pickle.put(put),
        dict(
          ...Array.from({ length: 200 }, (_, i) => Buffer.concat([pickle.text(`k${i}`), pickle.get(put)])),
        ),
      ])
    const bomb = level(level(level(pickleTensor('0', [1]), 1), 2), 3)
    await expect(withZip([{ name: 'a/data.pkl', data: pickle.program(bomb) }], () => null)).rejects.toThrow(
      'more than 10000 entries',
    )
  })
})

describe('the legacy format of torch.save', () => {
  const object = pickle.program(dict(pickle.text('w'), pickleTensor('0', [2], { legacy: true })))
  const keys = pickle.program(pickle.emptyList(), pickle.mark(), pickle.text('0'), pickle.appends())
  const count = (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  }
  const open = (...parts: readonly Buffer[]): Promise<TensorFile> =>
    openTorchLegacy(memorySource(Buffer.concat([legacyHeader(), ...parts])))

  it('finds the data behind the pickles', async () => {
    const { tensors } = await open(object, keys, count(2n), floats(5, 6))
    expect([...(await tensors.get('w')!.read())]).toEqual([5, 6])
  })

  it('refuses a file that is cut off, wherever that is', async () => {
    const whole = Buffer.concat([legacyHeader(), object, keys, count(2n), floats(5, 6)])
    for (let length = 2; length < whole.length; length++)
      await expect(openTorchLegacy(memorySource(whole.subarray(0, length)))).rejects.toMatchObject({
        code: 'weights-damaged',
      })
  })

  it('refuses a storage of another length than its tensor says', async () => {
    for (const wrong of [3n, -1n, 2n ** 62n])
      await expect(open(object, keys, count(wrong), floats(5, 6))).rejects.toThrow(
        'elements where storage "0" has 2',
      )
  })

  it('refuses keys that no tensor has', async () => {
    const other = pickle.program(pickle.emptyList(), pickle.mark(), pickle.text('7'), pickle.appends())
    await expect(open(object, other, count(2n), floats(5, 6))).rejects.toThrow(
      'numbers of a kind that Pastiche cannot read',
    )
  })

  it('refuses to read a bare pickle by what it asks for', async () => {
    const evil = pickle.program(
      pickle.global('posix', 'system'),
      pickle.tuple(pickle.text('true')),
      pickle.reduce(),
    )
    await expect(openTorchLegacy(memorySource(evil))).rejects.toThrow('"posix.system"')
  })

  it('refuses a harmless pickle that is no weights file', async () => {
    await expect(openTorchLegacy(memorySource(pickle.program(pickle.int(1))))).rejects.toThrow(
      'torch.save has not written it',
    )
  })

  it('refuses big-endian numbers', async () => {
    const system = pickle.program(dict(pickle.text('little_endian'), pickle.false()))
    const start = legacyHeader().subarray(0, -system.length)
    await expect(openTorchLegacy(memorySource(Buffer.concat([start, system, object])))).rejects.toThrow(
      'big-endian',
    )
  })

  it('reads no more of a large file at once than a pickle may have', async () => {
    const source = memorySource(legacyHeader(), 3_000_000_000)
    await expect(openTorchLegacy(source)).rejects.toMatchObject({ code: 'weights-unsupported' })
    expect(source.largestRead()).toBeLessThanOrEqual(4_000_000)
  })
})
