import type { Parameters } from '../../../shared/contract/parameters.ts'
import type { ParameterName } from './fields.ts'

type Labels = {
  readonly [Name in ParameterName]?: Readonly<Partial<Record<Parameters[Name] & string, string>>>
}

/** Labels of choices whose own names say too little. */
const labels: Labels = {
  network: { compact: 'Built-in', vgg16: 'VGG16', vgg19: 'VGG19' },
  optimizer: { adam: 'Adam', adamw: 'AdamW', lamb: 'LAMB', lbfgs: 'L-BFGS' },
  statistic: { gram: 'Gram matrix', moments: 'Mean and deviation', w2: 'Wasserstein distance' },
  normaliser: { none: '1', hw: 'H·W', chw: 'C·H·W' },
  styleDivisor: { none: '1', chw: 'C·N', '4cn2': '4·C·N²', '4c2n2': '4·C²·N²' },
  contentReduction: { 'half-sum': 'Half sum' },
  tvForm: { 'anisotropic-l1': 'Absolute', 'nine-point': 'Squared, with diagonals' },
  preprocessing: { weights: 'As the network expects', none: 'Plain RGB' },
  padding: { zero: 'Black', replicate: 'Repeat edge pixels' },
  init: {
    content: 'Photo',
    style: 'First style picture',
    noise: 'Noise',
    picture: 'Another picture',
  },
  space: { unit: 'RGB, 0 to 1', normalised: 'Network input' },
  styleFit: { 'long-side': 'Keep proportions', stretch: 'Stretch to fit' },
}

export function choiceLabel(name: ParameterName, value: string): string {
  const known: Readonly<Record<string, string>> = labels[name] ?? {}
  return known[value] ?? plainLabel(value)
}

/** "strong-wolfe" → "Strong wolfe": for a choice that nobody has named yet. */
function plainLabel(value: string): string {
  const words = value.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
