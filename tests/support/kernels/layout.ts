import { at, fill, sizeOf, type Tensor64 } from '../tensor64.ts'
import { integerOf, integersOf, type Kernel } from './kernel.ts'

// Operators that move numbers without changing them.

const vector = (numbers: readonly number[]): Tensor64 => ({
  shape: [numbers.length],
  data: Float64Array.from(numbers),
})

/** 0 copies the side of the input, one −1 stands for what is left. */
const reshape: Kernel = ([x, target]) => {
  const copied = Array.from(target!.data, (side, axis) => (side === 0 ? x!.shape[axis]! : side))
  const rest = x!.data.length / Math.abs(sizeOf(copied))
  const shape = copied.map((side) => (side === -1 ? rest : side))
  if (sizeOf(shape) !== x!.data.length)
    throw new Error(`[${x!.shape.join(', ')}] does not fit [${copied.join(', ')}]`)
  return { shape, data: x!.data }
}

const transpose: Kernel = ([x], attributes) => {
  const order = integersOf(attributes, 'perm', x!.shape.map((_, axis) => axis).reverse())
  return fill(
    order.map((axis) => x!.shape[axis]!),
    (index) =>
      at(
        x!,
        x!.shape.map((_, axis) => index[order.indexOf(axis)]!),
      ),
  )
}

/** Starts and ends count from the back when negative and are limited to the axis (ONNX, Slice). */
const slice: Kernel = ([x, starts, ends, axes, steps]) => {
  const starting = x!.shape.map(() => 0)
  const stepping = x!.shape.map(() => 1)
  const shape = [...x!.shape]
  axes!.data.forEach((axis, i) => {
    const side = x!.shape[axis]!
    const step = steps!.data[i]!
    const fromFront = (position: number): number => (position < 0 ? position + side : position)
    const limit = (position: number): number =>
      step > 0 ? Math.max(0, Math.min(side, position)) : Math.max(-1, Math.min(side - 1, position))
    const start = limit(fromFront(starts!.data[i]!))
    const end = limit(fromFront(ends!.data[i]!))
    starting[axis] = start
    stepping[axis] = step
    shape[axis] = Math.max(0, Math.ceil((end - start) / step))
  })
  return fill(shape, (index) =>
    at(
      x!,
      index.map((i, axis) => starting[axis]! + i * stepping[axis]!),
    ),
  )
}

/** Index from which a cell at i, outside 0 … side − 1, takes its number. */
const sources: Record<string, (i: number, side: number) => number> = {
  edge: (i, side) => Math.max(0, Math.min(side - 1, i)),
  reflect: (i, side) => side - 1 - Math.abs(side - 1 - Math.abs(i)),
}

const pad: Kernel = ([x, pads], attributes) => {
  const rank = x!.shape.length
  const shape = x!.shape.map((side, axis) => side + pads!.data[axis]! + pads!.data[axis + rank]!)
  const source = sources[attributes['mode'] as string]
  return fill(shape, (index) => {
    const cell = index.map((i, axis) => i - pads!.data[axis]!)
    const inside = cell.every((i, axis) => i >= 0 && i < x!.shape[axis]!)
    if (!inside && !source) return 0
    return at(
      x!,
      cell.map((i, axis) => (source ? source(i, x!.shape[axis]!) : i)),
    )
  })
}

const concat: Kernel = (inputs, attributes) => {
  const axis = integerOf(attributes, 'axis', 0)
  const ends = inputs.map((_, i) => inputs.slice(0, i + 1).reduce((sum, { shape }) => sum + shape[axis]!, 0))
  const shape = inputs[0]!.shape.map((side, i) => (i === axis ? ends.at(-1)! : side))
  return fill(shape, (index) => {
    const which = ends.findIndex((end) => index[axis]! < end)
    const before = which === 0 ? 0 : ends[which - 1]!
    return at(
      inputs[which]!,
      index.map((i, a) => (a === axis ? i - before : i)),
    )
  })
}

const unsqueeze: Kernel = ([x, axes]) => {
  const added = Array.from(axes!.data)
  const sides = [...x!.shape]
  const shape = Array.from({ length: sides.length + added.length }, (_, axis) =>
    added.includes(axis) ? 1 : sides.shift()!,
  )
  return { shape, data: x!.data }
}

const squeeze: Kernel = ([x, axes]) => ({
  shape: x!.shape.filter((_, axis) => !axes!.data.includes(axis)),
  data: x!.data,
})

const eyeLike: Kernel = ([x]) => fill(x!.shape, ([row, column]) => (row === column ? 1 : 0))

const expand: Kernel = ([x, target]) => {
  const rank = Math.max(x!.shape.length, target!.data.length)
  const side = (numbers: ArrayLike<number>, axis: number): number =>
    numbers[axis - rank + numbers.length] ?? 1
  const shape = Array.from({ length: rank }, (_, axis) =>
    Math.max(side(x!.shape, axis), side(target!.data, axis)),
  )
  return fill(shape, (index) => at(x!, index))
}

export const layoutKernels: Readonly<Record<string, Kernel>> = {
  Reshape: reshape,
  Transpose: transpose,
  Slice: slice,
  Pad: pad,
  Concat: concat,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Identity: ([x]) => x!,
  EyeLike: eyeLike,
  Expand: expand,
  Shape: ([x]) => vector(x!.shape),
}
