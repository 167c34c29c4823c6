import type { Parameters, PartialParameters } from '../../src/shared/contract/parameters.ts'

/** Two pictures of the guide that differ in one parameter, and what they show. */
export interface Pair {
  readonly left: PartialParameters
  readonly right: PartialParameters
  /** Parameters that both have besides, so that the difference can be seen. */
  readonly both?: PartialParameters
}

const lbfgs: PartialParameters = { optimizer: 'lbfgs', learningRate: 1, averaging: 0 }

/** For each parameter that changes the picture of compact: where it is and where it is turned to. */
export const pairs: Readonly<Partial<Record<keyof Parameters, Pair>>> = {
  sizePx: { left: { sizePx: 64 }, right: { sizePx: 192 } },
  steps: { left: { steps: 20 }, right: { steps: 300 } },
  scales: {
    left: { scales: [{ sizePx: 192, steps: 120 }] },
    right: {
      scales: [
        { sizePx: 48, steps: 120 },
        { sizePx: 192, steps: 60 },
      ],
    },
  },
  coarsestPx: { left: { coarsestPx: 192 }, right: { coarsestPx: 32 } },
  contentWeight: { left: { contentWeight: 0.008 }, right: { contentWeight: 0.8 } },
  styleWeight: { left: { styleWeight: 0.1 }, right: { styleWeight: 10 } },
  tvWeight: { left: { tvWeight: 0 }, right: { tvWeight: 100 } },
  contentLayers: {
    left: { contentLayers: { relu1_1: 1 } },
    right: { contentLayers: { relu4_1: 0.2 } },
  },
  styleLayers: {
    left: { styleLayers: { relu1_1: 1, relu2_1: 0.25 } },
    right: { styleLayers: { relu4_1: 0.03, relu4_3: 0.3 } },
  },
  contentReduction: { left: { contentReduction: 'mean' }, right: { contentReduction: 'sum' } },
  statistic: { left: { statistic: 'w2' }, right: { statistic: 'moments' } },
  normaliser: { left: { normaliser: 'hw' }, right: { normaliser: 'chw' }, both: { statistic: 'gram' } },
  styleReduction: { left: { styleReduction: 'mean' }, right: { styleReduction: 'sum' } },
  styleDivisor: { left: { styleDivisor: 'none' }, right: { styleDivisor: 'chw' } },
  tvForm: { left: { tvForm: 'squared' }, right: { tvForm: 'anisotropic-l1' }, both: { tvWeight: 50 } },
  tvReduction: { left: { tvReduction: 'mean' }, right: { tvReduction: 'sum' } },
  pooling: { left: { pooling: 'max' }, right: { pooling: 'average' } },
  padding: { left: { padding: 'zero' }, right: { padding: 'replicate' } },
  preprocessing: { left: { preprocessing: 'weights' }, right: { preprocessing: 'none' } },
  optimizer: { left: { optimizer: 'adam' }, right: { optimizer: 'lbfgs', learningRate: 1 } },
  learningRate: { left: { learningRate: 0.002 }, right: { learningRate: 0.2 } },
  beta1: { left: { beta1: 0 }, right: { beta1: 0.98 } },
  beta2: { left: { beta2: 0.5 }, right: { beta2: 0.9999 } },
  epsilon: { left: { epsilon: 1e-8 }, right: { epsilon: 0.01 } },
  weightDecay: { left: { weightDecay: 0 }, right: { weightDecay: 1 }, both: { optimizer: 'adamw' } },
  history: { left: { history: 1 }, right: { history: 50 }, both: lbfgs },
  lineSearch: {
    left: { lineSearch: 'none' },
    right: { lineSearch: 'strong-wolfe' },
    both: { ...lbfgs, steps: 60 },
  },
  space: { left: { space: 'unit' }, right: { space: 'normalised' } },
  clamp: { left: { clamp: true }, right: { clamp: false } },
  averaging: { left: { averaging: 0 }, right: { averaging: 0.98 }, both: { learningRate: 0.1 } },
  init: { left: { init: 'content' }, right: { init: 'noise' }, both: { contentWeight: 0.02 } },
  seed: { left: { seed: 1 }, right: { seed: 2 }, both: { init: 'noise', contentWeight: 0.005 } },
  styleScale: { left: { styleScale: 0.4 }, right: { styleScale: 3 } },
  styleFit: { left: { styleFit: 'long-side' }, right: { styleFit: 'stretch' }, both: { styleScale: 2 } },
}
