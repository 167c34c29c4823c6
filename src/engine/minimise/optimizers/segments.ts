import { PasticheError } from '../../../shared/errors.ts'

/** Place of a tensor in the flat vector that an optimizer works on, in elements. */
export interface Segment {
  readonly name: string
  readonly offset: number
  readonly length: number
}

/** Places of tensors that lie one after the other, as `packTensors` lays them. */
export function segmentsOf(
  shapes: Iterable<readonly [name: string, shape: readonly number[]]>,
): readonly Segment[] {
  let end = 0
  return Array.from(shapes, ([name, shape]) => {
    const length = shape.reduce((product, side) => product * side, 1)
    const offset = end
    end += length
    return { name, offset, length }
  })
}

/** @throws PasticheError `internal` where the segments leave elements out, overlap, or reach beyond the vector */
export function checkSegments(segments: readonly Segment[], size: number): void {
  let end = 0
  for (const { name, offset, length } of segments) {
    if (offset !== end)
      throw new PasticheError('internal', `The segment ${name} begins at ${offset} instead of ${end}.`)
    end += length
  }
  if (end !== size)
    throw new PasticheError('internal', `The segments have ${end} elements, the vector has ${size}.`)
}
