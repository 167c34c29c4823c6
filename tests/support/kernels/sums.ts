import { at, fill, forEachIndex } from '../tensor64.ts'
import { integerOf, type Kernel } from './kernel.ts'

// Operators that add numbers up along axes.

const reduceSum: Kernel = ([x, axes], attributes) => {
  const reduced = Array.from(axes!.data)
  const kept = x!.shape.map((side, axis) => (reduced.includes(axis) ? 1 : side))
  const sums = fill(kept, () => 0)
  forEachIndex(x!.shape, (index, position) => {
    const cell = index.reduce((cell, i, axis) => cell * kept[axis]! + (kept[axis] === 1 ? 0 : i), 0)
    sums.data[cell]! += x!.data[position]!
  })
  if (integerOf(attributes, 'keepdims', 1)) return sums
  return { shape: x!.shape.filter((_, axis) => !reduced.includes(axis)), data: sums.data }
}

const reduceMean: Kernel = (inputs, attributes) => {
  const { shape, data } = reduceSum(inputs, attributes)
  const count = inputs[0]!.data.length / data.length
  return { shape, data: data.map((sum) => sum / count) }
}

/** Products of the last two axes; leading axes broadcast. */
const matmul: Kernel = ([a, b]) => {
  const inner = a!.shape.at(-1)!
  if (inner !== b!.shape.at(-2)) throw new Error('the inner sides of MatMul differ')
  const [left, right] = [a!.shape.slice(0, -2), b!.shape.slice(0, -2)]
  const rank = Math.max(left.length, right.length)
  const batch = Array.from({ length: rank }, (_, axis) =>
    Math.max(left[axis - rank + left.length] ?? 1, right[axis - rank + right.length] ?? 1),
  )
  return fill([...batch, a!.shape.at(-2)!, b!.shape.at(-1)!], (index) => {
    const before = index.slice(0, -2)
    const [row, column] = index.slice(-2)
    let sum = 0
    for (let k = 0; k < inner; k++) sum += at(a!, [...before, row!, k]) * at(b!, [...before, k, column!])
    return sum
  })
}

export const sumKernels: Readonly<Record<string, Kernel>> = {
  ReduceSum: reduceSum,
  ReduceMean: reduceMean,
  MatMul: matmul,
}
