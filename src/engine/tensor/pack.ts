import type { Tensor } from './tensor.ts'

/** Lays tensors one after the other into one buffer, so that each is a view of it; that buffer may be the content of a file. */
export function packTensors(tensors: Iterable<readonly [name: string, shape: readonly number[]]>): {
  bytes: Uint8Array<ArrayBuffer>
  tensors: Map<string, Tensor>
} {
  const entries = [...tensors].map(([name, shape]) => ({
    name,
    shape,
    size: shape.reduce((a, b) => a * b, 1),
  }))
  const buffer = new ArrayBuffer(4 * entries.reduce((sum, { size }) => sum + size, 0))
  let offset = 0
  const packed = new Map<string, Tensor>()
  for (const { name, shape, size } of entries) {
    packed.set(name, { shape, data: new Float32Array(buffer, offset, size) })
    offset += 4 * size
  }
  return { bytes: new Uint8Array(buffer), tensors: packed }
}
