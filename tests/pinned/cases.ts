import { type PartialParameters } from '../../src/shared/contract/parameters.ts'

export interface PinnedCase {
  readonly parameters: PartialParameters
  /** Styles by name, with their weights; one opaque style where absent. */
  readonly styles?: readonly (readonly [name: StyleName, weight: number])[]
  readonly photo?: 'photo' | 'transparent-photo'
  readonly hasCroppedStyle?: boolean
}
export type StyleName = 'style' | 'second-style' | 'transparent-style'

/** Few steps over two scales; in the names: what differs from the recipe of the network. */
const small = { sizePx: 64, coarsestPx: 32, steps: 6 } as const
const compact = (changes: PartialParameters = {}): PartialParameters => ({ ...small, ...changes })
const gram = { statistic: 'gram', normaliser: 'hw', styleWeight: 10 } as const
const lbfgs = { optimizer: 'lbfgs', learningRate: 1 } as const

const compactCases: Record<string, PinnedCase> = {
  compact: { parameters: compact() },
  'compact, one scale of 96 px': { parameters: compact({ sizePx: 96, coarsestPx: 96, steps: 3 }) },
  'compact, scales of its own': {
    parameters: compact({
      scales: [
        { sizePx: 48, steps: 2 },
        { sizePx: 72, steps: 0 },
        { sizePx: 96, steps: 2 },
      ],
    }),
  },
  'compact, gram over positions': { parameters: compact(gram) },
  'compact, gram as in the paper': {
    parameters: compact({
      statistic: 'gram',
      normaliser: 'none',
      styleDivisor: '4c2n2',
      styleReduction: 'sum',
      contentReduction: 'half-sum',
    }),
  },
  'compact, gram over channels and positions': {
    parameters: compact({ statistic: 'gram', normaliser: 'chw', styleDivisor: 'chw', styleReduction: 'sum' }),
  },
  'compact, covariance': {
    parameters: compact({ statistic: 'covariance', normaliser: 'hw', styleDivisor: '4cn2' }),
  },
  'compact, moments': { parameters: compact({ statistic: 'moments' }) },
  'compact, w2 summed': { parameters: compact({ statistic: 'w2', styleReduction: 'sum' }) },
  'compact, AdamW': { parameters: compact({ optimizer: 'adamw', weightDecay: 0.01 }) },
  'compact, LAMB': { parameters: compact({ optimizer: 'lamb', weightDecay: 0.01 }) },
  'compact, L-BFGS': { parameters: compact(lbfgs) },
  'compact, L-BFGS with a line search': { parameters: compact({ ...lbfgs, lineSearch: 'strong-wolfe' }) },
  'compact, sum of absolute differences': {
    parameters: compact({ tvForm: 'anisotropic-l1', tvReduction: 'sum', tvWeight: 1e-3 }),
  },
  'compact, nine-point variation': { parameters: compact({ tvForm: 'nine-point' }) },
  'compact, no variation': { parameters: compact({ tvWeight: 0 }) },
  'compact, content alone from noise': { parameters: compact({ styleWeight: 0, init: 'noise', seed: 3 }) },
  'compact, style alone from noise': { parameters: compact({ contentWeight: 0, init: 'noise', seed: 4 }) },
  'compact, layers before the ReLU and pools': {
    parameters: compact({
      contentLayers: { conv3_1: 0.1, pool2: 0.1 },
      styleLayers: { conv1_1: 1, pool1: 0.2, relu3_1: 0 },
    }),
  },
  'compact, average pooling and black padding': {
    parameters: compact({ pooling: 'average', padding: 'zero' }),
  },
  'compact, in normalised space without clamping': {
    parameters: compact({ space: 'normalised', clamp: false, learningRate: 0.1 }),
  },
  'compact, without averaging': { parameters: compact({ averaging: 0 }) },
  'compact, from the style': { parameters: compact({ init: 'style' }) },
  'compact, from a picture': { parameters: compact({ init: 'picture' }) },
  'compact, fine strokes': { parameters: compact({ styleScale: 0.5 }) },
  'compact, broad strokes': { parameters: compact({ styleScale: 2 }) },
  'compact, stretched style': { parameters: compact({ styleFit: 'stretch' }) },
  'compact, two styles': {
    parameters: compact(),
    styles: [
      ['style', 1],
      ['second-style', 3],
    ],
  },
  'compact, two styles by gram': {
    parameters: compact(gram),
    styles: [
      ['style', 1],
      ['second-style', 0.5],
    ],
  },
  'compact, a transparent style and another': {
    parameters: compact(),
    styles: [
      ['transparent-style', 2],
      ['second-style', 1],
    ],
  },
  'compact, a transparent photo': { parameters: compact(), photo: 'transparent-photo' },
  'compact, a turned and cropped style': { parameters: compact(), hasCroppedStyle: true },
}

const quick = { sizePx: 48, coarsestPx: 48, steps: 3 } as const

const vggCases: Record<string, PinnedCase> = {
  'VGG16, gram and L-BFGS': { parameters: { ...quick, network: 'vgg16', ...gram, ...lbfgs } },
  'VGG16, covariance and LAMB': {
    parameters: { ...quick, network: 'vgg16', statistic: 'covariance', normaliser: 'hw', optimizer: 'lamb' },
  },
  'VGG16, moments and AdamW': {
    parameters: { ...quick, network: 'vgg16', statistic: 'moments', optimizer: 'adamw' },
  },
  'VGG16, without preprocessing': { parameters: { ...quick, network: 'vgg16', preprocessing: 'none' } },
  'VGG16, two styles': {
    parameters: { ...quick, network: 'vgg16' },
    styles: [
      ['style', 1],
      ['second-style', 1],
    ],
  },
  'VGG19, from a picture': { parameters: { ...quick, network: 'vgg19', init: 'picture' } },
  'VGG19, L-BFGS with a line search': {
    parameters: { ...quick, network: 'vgg19', ...lbfgs, lineSearch: 'strong-wolfe' },
  },
}

/** Every part of the engine that a picture's pixels depend on, as small jobs; the presets come besides. */
export const pinnedCases: Readonly<Record<string, PinnedCase>> = { ...compactCases, ...vggCases }
