import { readFileSync } from 'node:fs'
import { File, ready } from 'h5wasm'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { openBytes } from './byte-source.ts'
import { openKerasH5 } from './keras-h5.ts'
import type { TensorFile } from './tensor-file.ts'

const folder = temporaryFolder()
const published = readFileSync('tests/fixtures/weights/keras-published.h5')

async function withFile<T>(bytes: Uint8Array, use: (file: TensorFile) => T | Promise<T>): Promise<T> {
  const source = await openBytes(folder.file('test.h5', bytes))
  try {
    const file = await openKerasH5(source)
    try {
      return await use(file)
    } finally {
      file.close()
    }
  } finally {
    await source.close()
  }
}

async function written(fill: (file: File) => void): Promise<Uint8Array> {
  const { FS } = await ready
  const file = new File('/made.h5', 'w')
  fill(file)
  file.close()
  const bytes = FS.readFile('/made.h5')
  FS.unlink('/made.h5')
  return bytes
}

/** Open handles of the library, and the contents of its file system. */
async function sandbox(): Promise<unknown> {
  const { FS } = await ready
  const { streams } = FS as unknown as { streams: readonly unknown[] }
  return {
    files: FS.readdir('/') as unknown,
    temporary: FS.readdir('/tmp') as unknown,
    open: streams.filter(Boolean).length,
  }
}

describe('Keras files', () => {
  it('are refused where they are cut off, at twenty places, and leave nothing behind', async () => {
    const before = await sandbox()
    for (let i = 0; i < 20; i++) {
      const bytes = published.subarray(0, Math.floor((published.length * i) / 20))
      await expect(withFile(bytes, () => null)).rejects.toMatchObject({ code: 'weights-damaged' })
    }
    expect(await sandbox()).toEqual(before)
  })

  it('leave nothing behind where they are damaged inside', async () => {
    const before = await sandbox()
    let refused = 0
    for (let position = 96; position < published.length; position += 997) {
      const bytes = Buffer.from(published).fill(0xff, position, position + 200)
      const read = ({ tensors }: TensorFile): unknown =>
        Promise.all([...tensors.values()].map((tensor) => tensor.read()))
      await withFile(bytes, read).catch(() => refused++)
    }
    expect(refused).toBeGreaterThan(10)
    expect(await sandbox()).toEqual(before)
  })

  it('are readable after damaged ones', async () => {
    await expect(withFile(published.subarray(0, 9000), () => null)).rejects.toThrow('truncated file')
    expect(await withFile(published, ({ tensors }) => tensors.size)).toBe(32)
  })

  it('say what the library has found', async () => {
    const bytes = Buffer.from(published)
    bytes.fill(0xff, 100, 4000)
    await expect(withFile(bytes, () => null)).rejects.toThrow(/^The HDF5 file cannot be read: .{5,200}\.$/)
  })

  it('reach no other file, not by links out of them', async () => {
    const secret = folder.file(
      'secret.h5',
      await written((file) => file.create_dataset({ name: 'x', data: new Float32Array(4) })),
    )
    const bytes = await written((file) => file.create_external_link(secret, '/x', 'link'))
    expect(await withFile(bytes, ({ tensors }) => [...tensors.keys()])).toEqual([])
  })

  it('see no file of this computer', async () => {
    expect(await withFile(published, sandbox)).toMatchObject({
      files: expect.not.arrayContaining(['etc', 'work', 'usr']) as string[],
    })
  })

  it('are not followed into groups without end', async () => {
    const bytes = await written((file) => {
      file.create_group('a')
      file.create_hard_link('/', 'a/again')
    })
    await expect(withFile(bytes, () => null)).rejects.toThrow('groups more than 16 deep')
  })

  it('are not walked through all ways to the same groups', async () => {
    // Seven levels of ten names for one group each: 10⁷ ways.
    const bytes = await written((file) => {
      for (let level = 0; level < 7; level++) file.create_group(`level${level}`)
      for (let level = 0; level < 6; level++)
        for (let i = 0; i < 10; i++) file.create_hard_link(`/level${level + 1}`, `level${level}/${i}`)
    })
    await expect(withFile(bytes, () => null)).rejects.toThrow('more than 10000 groups and datasets')
  })

  it('must hold floating-point numbers', async () => {
    const bytes = await written((file) => file.create_dataset({ name: 'x', data: new Int32Array(4) }))
    await expect(withFile(bytes, ({ tensors }) => tensors.get('x')!.read())).rejects.toThrow(
      'numbers of another type in "x"',
    )
  })

  it('cannot take more memory than the library is given, and leave it fit for the next file', async () => {
    // A gigabyte of zeros that were never written, in a file of kilobytes.
    const bytes = await written((file) =>
      file
        .create_dataset({ name: 'x', data: new Float32Array(64), maxshape: [null], chunks: [64] })
        .resize([2 ** 28]),
    )
    expect(bytes.length).toBeLessThan(10_000)
    await expect(withFile(bytes, ({ tensors }) => tensors.get('x')!.read())).rejects.toMatchObject({
      code: 'weights-damaged',
    })
    expect(await withFile(published, ({ tensors }) => tensors.size)).toBe(32)
  })

  it('whose groups all list their layers are asked for it at the top only', async () => {
    const names = Array.from({ length: 2000 }, (_, i) => `layer ${i}`)
    const bytes = await written((file) => {
      file.create_group('a').create_attribute('layer_names', names)
      for (let i = 0; i < 50; i++) file.create_hard_link('/a', `a/again${i}`)
    })
    await expect(withFile(bytes, () => null)).rejects.toThrow('groups more than 16 deep')
  })

  it('may be read two at a time', async () => {
    const sources = await Promise.all([1, 2].map((i) => openBytes(folder.file(`two-${i}.h5`, published))))
    const files = await Promise.all(sources.map((source) => openKerasH5(source)))
    files[0]!.close()
    const tensor = files[1]!.tensors.get('block1_conv1/block1_conv1_b_1:0')!
    expect(await tensor.read()).toHaveLength(2)
    files[1]!.close()
    await Promise.all(sources.map((source) => source.close()))
  })
})
