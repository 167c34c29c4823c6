import { elementCount, type StoredTensor } from './tensor-file.ts'

/** [height, width, in, out], as TensorFlow keeps kernels → [out, in, height, width]. */
export const fromHwio = [3, 2, 0, 1] as const

/** The tensor with its axes in another order, as NumPy's transpose. */
export function transposed(tensor: StoredTensor, axes: readonly number[]): StoredTensor {
  const shape = axes.map((axis) => tensor.shape[axis]!)
  if (axes.every((axis, i) => axis === i)) return tensor
  const steps = stridesOf(tensor.shape)
  const stride = axes.map((axis) => steps[axis]!)
  return { shape, read: async () => gather(await tensor.read(), shape, stride) }
}

/** All values of a tensor as a vector. */
export function flattened(tensor: StoredTensor): StoredTensor {
  return { shape: [elementCount(tensor.shape) ?? 0], read: () => tensor.read() }
}

/** The strides of a tensor in row-major order, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1)
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!
  return strides
}

/** Puts a strided view (a transposed or channels-last tensor) in row-major order. */
export function gather(
  flat: Float32Array,
  shape: readonly number[],
  stride: readonly number[],
): Float32Array {
  const dense = new Float32Array(elementCount(shape) ?? 0)
  const index = new Array<number>(shape.length).fill(0)
  for (let i = 0, position = 0; i < dense.length; i++) {
    dense[i] = flat[position]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += stride[axis]!
      if (++index[axis]! < shape[axis]!) break
      position -= stride[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return dense
}
