import type { Convolution, StoredTensor } from './tensor-file.ts'
import { fromHwio, transposed } from './tensor-views.ts'

// Convolutions of a file that has only names and shapes. Which vector is whose bias, and which layer comes first, is read from the
// names; whether it is the network that it seems to be is judged by shapes alone.

/** The state of an optimizer has tensors of the same shapes, and often of the same names. */
const optimizerState = /optimizer|exp_avg|momentum_buffer/i

/** Words for a kernel, with the words that replace them in the name of its bias. */
const renamings: readonly (readonly [string, string])[] = [
  ['weights', 'biases'],
  ['weight', 'bias'], // torch, MXNet
  ['kernel', 'bias'], // Keras 2
  ['_W', '_b'], // Keras 1, the published files
  ['_w', '_b'], // Caffe2
]

/** The convolutions of a file, in its order. Kernels are turned where all of 3×3 are as TensorFlow keeps them. */
export function namedConvolutions(stored: ReadonlyMap<string, StoredTensor>): Convolution[] {
  const kernels = [...stored].filter(([name, { shape }]) => shape.length === 4 && !optimizerState.test(name))
  const isHwio =
    kernels.some(([, { shape }]) => isHwio3x3(shape)) &&
    kernels.every(([, { shape }]) => isHwio3x3(shape) || !is3x3(shape))
  const vectors = vectorsByGroup(stored)
  return kernels.map(([name, tensor]) => ({
    name,
    kernel: isHwio ? transposed(tensor, fromHwio) : tensor,
    bias: findBias(name, stored) ?? onlyOne(vectors.get(groupOf(name))),
  }))
}

/** True if a kernel [out, in, height, width] is of 3×3. */
export function is3x3(shape: readonly number[]): boolean {
  return shape.length === 4 && shape[2] === 3 && shape[3] === 3
}

function isHwio3x3(shape: readonly number[]): boolean {
  return shape[0] === 3 && shape[1] === 3
}

function findBias(kernel: string, stored: ReadonlyMap<string, StoredTensor>): StoredTensor | undefined {
  for (const [word, replacement] of renamings) {
    const at = kernel.lastIndexOf(word)
    const bias =
      at < 0 ? undefined : stored.get(kernel.slice(0, at) + replacement + kernel.slice(at + word.length))
    if (bias) return bias
  }
  return undefined
}

/** Vectors by the path above them: a kernel's bias is the only one beside it. */
function vectorsByGroup(stored: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor[]> {
  const groups = new Map<string, StoredTensor[]>()
  for (const [name, tensor] of stored) {
    if (tensor.shape.length !== 1) continue
    const group = groups.get(groupOf(name))
    if (group) group.push(tensor)
    else groups.set(groupOf(name), [tensor])
  }
  return groups
}

function onlyOne(tensors: readonly StoredTensor[] | undefined): StoredTensor | undefined {
  return tensors?.length === 1 ? tensors[0] : undefined
}

function groupOf(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf('/'), name.lastIndexOf('.'), 0))
}

/**
 * By path: part by part, parts of one stem by their number. A part without a number is the first, as Keras counts: `conv2d`,
 * `conv2d_1`, …
 */
export function sortedByPath<T extends { readonly name: string }>(named: readonly T[]): T[] {
  const keyed = named.map((value) => ({ value, parts: value.name.split(/[./]/).map(splitNumber) }))
  return keyed.sort((a, b) => comparePaths(a.parts, b.parts)).map(({ value }) => value)
}

type Part = readonly [stem: string, number: number]

function splitNumber(part: string): Part {
  let start = part.length
  while (start > 0 && part[start - 1]! >= '0' && part[start - 1]! <= '9') start--
  const digits = part.slice(start)
  const stem = part.slice(0, part[start - 1] === '_' ? start - 1 : start)
  return [stem, digits === '' ? 0 : Number(digits.slice(0, 15))]
}

const collator = new Intl.Collator('en', { numeric: true })

function comparePaths(a: readonly Part[], b: readonly Part[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [[stemA, numberA], [stemB, numberB]] = [a[i]!, b[i]!]
    const order = (stemA === stemB ? 0 : collator.compare(stemA, stemB)) || numberA - numberB
    if (order !== 0) return order
  }
  return a.length - b.length
}
