import type { Attributes } from '../../../src/engine/graph/graph.ts'
import type { Tensor64 } from '../tensor64.ts'

/** One operator as the ONNX specification defines it, in double precision. */
export type Kernel = (inputs: readonly Tensor64[], attributes: Attributes) => Tensor64

/** A float attribute as the file holds it, which is in single precision. */
export function floatOf(attributes: Attributes, name: string, standard: number): number {
  const attribute = attributes[name] as { readonly float: number } | undefined
  return Math.fround(attribute?.float ?? standard)
}

export function integerOf(attributes: Attributes, name: string, standard: number): number {
  return (attributes[name] as number | undefined) ?? standard
}

export function integersOf(
  attributes: Attributes,
  name: string,
  standard: readonly number[],
): readonly number[] {
  return (attributes[name] as readonly number[] | undefined) ?? standard
}
