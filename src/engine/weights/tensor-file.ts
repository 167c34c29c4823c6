import type { WeightFormat } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'

/** A tensor that lies in a file. Its shape is known and is checked before any of its data is read. */
export interface StoredTensor {
  readonly shape: readonly number[]
  /**
   * Its values in row-major order; as many as `shape` says.
   *
   * @throws PasticheError `weights-damaged`, `weights-unsupported`
   */
  read(): Promise<Float32Array>
}

/** A convolution in a file. */
export interface Convolution {
  /** The name of its kernel. */
  readonly name: string
  /** [out, in, height, width] */
  readonly kernel: StoredTensor
  readonly bias: StoredTensor | undefined
}

/** A convolution in a graph, which also says how it is computed and what comes before it. */
export interface GraphConvolution extends Convolution {
  /** Difference from those of VGG, such as "a stride of 2"; null if there is none. */
  readonly oddity: string | null
  /** The convolutions whose results it reads with no other convolution in between. */
  readonly before: ReadonlySet<GraphConvolution>
}

/** Facts from the graph of a file, beyond its tensors. */
export interface GraphFacts {
  /** Every convolution once, each after those it depends on. */
  readonly convolutions: readonly GraphConvolution[]
  /** True if it has parts that only networks which make pictures have. */
  readonly makesPictures: boolean
}

/** A weights file of any format, opened: names and shapes are read, data is not. */
export interface TensorFile {
  readonly format: WeightFormat
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** Metadata: text that its writer stored with the tensors. */
  readonly metadata: ReadonlyMap<string, string>
  /** True if the tensors come in the order of the layers. */
  readonly isInOrder: boolean
  /** Only where the format has a graph. */
  readonly graph?: GraphFacts
  close(): void
}

/** More tensors than any network that Pastiche knows of; bounds how much of a hostile file is remembered. */
export const maxTensors = 10_000

/** Longer than any name that a tool writes; bounds the work that names can cause. */
export const maxNameLength = 1000

/** Limit for all names together: 10,000 tensors with usual names. */
const maxNamesLength = 1_000_000

/** @throws PasticheError `weights-unsupported` where the names of a file take more work than any network's */
export function assertNames(names: Iterable<string>): void {
  let length = 0
  for (const name of names) length += checkedName(name).length
  if (length > maxNamesLength)
    throw new PasticheError(
      'weights-unsupported',
      `The names of the tensors have more than ${maxNamesLength} characters together: no network that Pastiche knows.`,
    )
}

/** @throws PasticheError `weights-unsupported` for a name that is too long */
export function checkedName(name: string): string {
  if (name.length <= maxNameLength) return name
  throw new PasticheError(
    'weights-unsupported',
    `The name of a tensor has ${name.length} characters; the limit is ${maxNameLength}: ${quoted(name)}.`,
  )
}

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
