import { closeSync, openSync, writeSync } from 'node:fs'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { safetensorsHeader } from '../../src/engine/weights/safetensors.ts'
import type { Tensor } from '../../src/engine/tensor/tensor.ts'
import { pickle, pickleTensor, size } from './pickler.ts'
import { zip } from './zip-writer.ts'

// Writers of the formats that weights come in. Each takes tensors by the names that the file is to have.

export type NamedTensors = ReadonlyMap<string, Tensor>

export function writePieces(path: string, pieces: Iterable<Uint8Array>): void {
  const file = openSync(path, 'w')
  try {
    for (const piece of pieces) writeSync(file, piece)
  } finally {
    closeSync(file)
  }
}

export function writeSafetensors(path: string, tensors: NamedTensors): void {
  const shapes = [...tensors].map(([name, { shape }]) => [name, shape] as const)
  writePieces(path, [safetensorsHeader(shapes, { format: 'pt' }), ...[...tensors.values()].map(bytesOf)])
}

/** As torch.save since 1.6. */
export function writeTorchZip(path: string, tensors: NamedTensors): void {
  const entries = [...tensors]
  writePieces(
    path,
    zip([
      { name: 'vgg/data.pkl', data: pickleStateDict(entries, false) },
      { name: 'vgg/byteorder', data: Buffer.from('little') },
      ...entries.map(([, tensor], i) => ({ name: `vgg/data/${i}`, data: bytesOf(tensor) })),
      { name: 'vgg/version', data: Buffer.from('3\n') },
    ]),
  )
}

export const torchMagic = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

/** The pickles before the object in a legacy file. */
export function legacyHeader(): Buffer {
  const system = [
    pickle.emptyDict(),
    pickle.mark(),
    pickle.text('little_endian'),
    pickle.true(),
    pickle.setItems(),
  ]
  return Buffer.concat([
    pickle.program(pickle.long(torchMagic)),
    pickle.program(pickle.int(1001)),
    pickle.program(...system),
  ])
}

/** As torch.save before 1.6. */
export function writeTorchLegacy(path: string, tensors: NamedTensors): void {
  const entries = [...tensors]
  const keys = entries.map((_, i) => pickle.text(String(i)))
  const data = entries.flatMap(([, tensor]) => {
    const count = Buffer.alloc(8)
    count.writeBigInt64LE(BigInt(tensor.data.length))
    return [count, bytesOf(tensor)]
  })
  writePieces(path, [
    legacyHeader(),
    pickleStateDict(entries, true),
    pickle.program(pickle.emptyList(), pickle.mark(), ...keys, pickle.appends()),
    ...data,
  ])
}

function pickleStateDict(entries: readonly (readonly [string, Tensor])[], legacy: boolean): Buffer {
  const items = entries.map(([name, { shape }], i) =>
    Buffer.concat([pickle.text(name), pickleTensor(String(i), shape, { legacy })]),
  )
  return pickle.program(pickle.call('collections', 'OrderedDict'), pickle.mark(), ...items, pickle.setItems())
}

/** A model of initializers only, their numbers in raw_data. */
export function writeOnnx(path: string, tensors: NamedTensors): void {
  const messages = [...tensors].map(([name, tensor]) => {
    const head = new BinaryWriter()
    for (const side of tensor.shape) head.tag(1, WireType.Varint).int64(side)
    head.tag(2, WireType.Varint).int32(1).tag(8, WireType.LengthDelimited).string(name)
    head.tag(9, WireType.LengthDelimited).uint32(4 * size(tensor.shape))
    return { head: head.finish(), data: bytesOf(tensor) }
  })
  const initializers = messages.flatMap(({ head, data }) => {
    const field = new BinaryWriter()
      .tag(5, WireType.LengthDelimited)
      .uint32(head.length + data.length)
      .finish()
    return [field, head, data]
  })
  const graphBytes = initializers.reduce((sum, piece) => sum + piece.length, 0)
  const model = new BinaryWriter().tag(1, WireType.Varint).int64(8)
  writePieces(path, [model.tag(7, WireType.LengthDelimited).uint32(graphBytes).finish(), ...initializers])
}

/** Kernels are turned to [height, width, in, out], as Keras keeps them; names are paths. */
export async function writeKerasH5(
  path: string,
  tensors: NamedTensors,
  layerNames?: readonly string[],
): Promise<void> {
  const { File, ready } = await import('h5wasm')
  const { FS } = await ready
  const file = new File('/written.h5', 'w')
  for (const [name, tensor] of tensors) {
    const parts = name.split('/')
    for (let depth = 1; depth < parts.length; depth++) {
      const group = parts.slice(0, depth).join('/')
      if (file.get(group) === null) file.create_group(group)
    }
    const { shape, data } = toHwio(tensor)
    file.create_dataset({ name, data, shape: [...shape], dtype: '<f' })
  }
  if (layerNames) file.create_attribute('layer_names', [...layerNames])
  file.close()
  writePieces(path, [FS.readFile('/written.h5')])
  FS.unlink('/written.h5')
}

export function toHwio({ shape, data }: Tensor): Tensor {
  if (shape.length !== 4) return { shape, data }
  const [outputs, inputs, height, width] = shape as [number, number, number, number]
  const turned = new Float32Array(data.length)
  let i = 0
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < inputs; c++)
      for (let position = 0; position < height * width; position++)
        turned[(position * inputs + c) * outputs + o] = data[i++]!
  return { shape: [height, width, inputs, outputs], data: turned }
}

export function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
