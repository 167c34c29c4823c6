/** A dense tensor in double precision, row-major; integers are held as doubles. */
export interface Tensor64 {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1)
}

/** Distance in the data between neighbours along each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
}

/** Calls `visit` for every index of a shape, the last axis fastest. The array is reused: do not keep it. */
export function forEachIndex(
  shape: readonly number[],
  visit: (index: readonly number[], position: number) => void,
): void {
  const index = shape.map(() => 0)
  const size = sizeOf(shape)
  for (let position = 0; position < size; position++) {
    visit(index, position)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++
      if (index[axis]! < shape[axis]!) break
      index[axis] = 0
    }
  }
}

/** The tensor whose entry at each index is what `entry` says. */
export function fill(shape: readonly number[], entry: (index: readonly number[]) => number): Tensor64 {
  const data = new Float64Array(sizeOf(shape))
  forEachIndex(shape, (index, position) => {
    data[position] = entry(index)
  })
  return { shape, data }
}

/** The entry at an index; axes of one cell repeat it (numpy's broadcasting), missing leading axes too. */
export function at({ shape, data }: Tensor64, index: readonly number[]): number {
  const skipped = index.length - shape.length
  let position = 0
  for (let axis = 0; axis < shape.length; axis++) {
    const side = shape[axis]!
    position = position * side + (side === 1 ? 0 : index[axis + skipped]!)
  }
  return data[position]!
}
