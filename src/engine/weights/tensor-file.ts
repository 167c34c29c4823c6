import type { WeightFormat } from '../../shared/contract/models.ts'

/** A tensor that lies in a file. Its shape is known and is checked before any of its data is read. */
export interface StoredTensor {
  readonly shape: readonly number[]
  /** Order of the axes of a convolution's kernel: [out, in, height, width], or Keras's [height, width, in, out]. */
  readonly axes: 'oihw' | 'hwio'
  /**
   * Its values in row-major order; as many as `shape` says.
   *
   * @throws PasticheError `weights-damaged`, `weights-unsupported`
   */
  read(): Promise<Float32Array>
}

/** A weights file of any format, opened: names and shapes are read, data is not. */
export interface TensorFile {
  readonly format: WeightFormat
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** What the file says about itself: text that its writer put beside the tensors. */
  readonly metadata: ReadonlyMap<string, string>
  close(): void
}

/** More tensors than this and it is no network that Pastiche knows; bounds what a hostile file can make us remember. */
export const maxTensors = 2_000

/** How many elements a shape has; `undefined` where it is no shape, or larger than any file. */
export function elementCount(shape: readonly number[]): number | undefined {
  const count = shape.reduce((product, side) => product * side, 1)
  return shape.every((side) => Number.isInteger(side) && side >= 0) && Number.isSafeInteger(count)
    ? count
    : undefined
}

/** A name out of a file for a message: short, and with nothing in it that a terminal would obey. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name)
}
