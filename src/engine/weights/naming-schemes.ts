import type { Layer } from '../models/layers.ts'

/** How a file names its layers. `order`: by no scheme that is known here. */
export type NamingScheme = 'keras' | 'caffe' | 'torchvision' | 'order'

type Label = (match: RegExpExecArray) => string

const schemes: readonly (readonly [NamingScheme, RegExp, Label])[] = [
  ['keras', /(?:^|[./_])block(\d)_conv(\d)(?=[./_:]|$)/, ([, block, i]) => `conv${block!}_${i!}`],
  ['caffe', /(?:^|[./])conv(\d)_(\d)(?=[./_:]|$)/, ([, block, i]) => `conv${block!}_${i!}`],
  ['torchvision', /(?:^|\.)features\.(\d+)\.weight$/, ([, index]) => index!],
]

/** The scheme that most of these kernels follow, and what it calls them: `conv3_2`, or `12` for features.12. */
export function readLabels(names: readonly string[]): {
  scheme: NamingScheme
  labels: ReadonlyMap<string, string>
} {
  const read = schemes.map(([scheme, pattern, label]) => {
    const labels = names.flatMap((name) => {
      const match = pattern.exec(name)
      return match ? [[label(match), name] as const] : []
    })
    return { scheme, labels: new Map(labels) }
  })
  const best = read.reduce((a, b) => (b.labels.size > a.labels.size ? b : a))
  return best.labels.size > 0 ? best : { scheme: 'order', labels: new Map() }
}

/**
 * Names that a scheme gives to the convolutions of a table. torchvision counts every module of `features`: a convolution and its ReLU are
 * two, a pool is one.
 */
export function labelsOf(layers: readonly Layer[], scheme: NamingScheme): string[] {
  let module = 0
  const labels: string[] = []
  for (const layer of layers) {
    if (layer.kind === 'conv') labels.push(scheme === 'torchvision' ? String(module) : layer.name)
    module += layer.kind === 'conv' ? 2 : 1
  }
  return labels
}
