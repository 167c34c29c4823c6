import type { StoredTensor } from './tensor-file.ts'

/** What a writer calls the bias of a kernel. */
const renamings: readonly (readonly [RegExp, string])[] = [
  [/weight(?!.*weight)/, 'bias'], // torch, MXNet
  [/kernel(?!.*kernel)/, 'bias'], // Keras 2
  [/_W(?=_|:|$)(?!.*_W(?:_|:|$))/, '_b'], // Keras 1, the published files
  [/_w(?=_|$)(?!.*_w(?:_|$))/, '_b'], // Caffe2
  [/weights(?!.*weights)/, 'biases'],
]

/** The name of the bias that belongs to a kernel: by its own name, or as the only vector in the same group. */
export function findBias(kernel: string, stored: ReadonlyMap<string, StoredTensor>): string | undefined {
  for (const [pattern, replacement] of renamings) {
    const name = kernel.replace(pattern, replacement)
    if (name !== kernel && stored.has(name)) return name
  }
  const group = groupOf(kernel)
  const vectors = [...stored].filter(([name, { shape }]) => shape.length === 1 && groupOf(name) === group)
  return vectors.length === 1 ? vectors[0]![0] : undefined
}

function groupOf(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf('/'), name.lastIndexOf('.'), 0))
}
