import { z } from 'zod'

/**
 * The parameters of a picture: THE schema behind the command line, presets, the studio's panel and the docs.
 * `meta` carries what a face needs to show a parameter: title, one sentence of help, unit, group of the panel, whether everyday;
 * see methods/parameter-fields.ts. Saved files have the parameters in this order.
 * The defaults are the recipe of compact, the network that ships with Pastiche; `networkRecipes` says what changes for the others.
 */

export const networkIds = ['compact', 'vgg16', 'vgg19'] as const
export const networkId = z.enum(networkIds)
export type NetworkId = z.infer<typeof networkId>

export const maxSidePx = 8192
const weight = z.number().min(0).max(1e12)
const layerWeights = z.record(z.string().max(16), weight)

export const scale = z.strictObject({
  sizePx: z.number().int().min(16).max(maxSidePx),
  steps: z.number().int().min(0).max(100_000),
})
export type Scale = z.infer<typeof scale>

export const parameters = z.strictObject({
  network: networkId.default('compact').meta({
    title: 'Network',
    group: 'Network & size',
    everyday: true,
    help: 'The network that analyses your pictures. compact ships with Pastiche.',
  }),
  sizePx: z.number().int().min(16).max(maxSidePx).default(512).meta({
    title: 'Size',
    unit: 'px',
    group: 'Network & size',
    everyday: true,
    help: 'Longest side of the result. Smaller photos are not enlarged.',
  }),
  steps: z.number().int().min(0).max(100_000).default(320).meta({
    title: 'Steps',
    group: 'Scales',
    everyday: true,
    help: 'Total steps, divided among the scales (most at small sizes).',
  }),
  scales: z.array(scale).max(16).nullable().default(null).meta({
    title: 'Scales',
    group: 'Scales',
    help: 'Custom coarse-to-fine plan: longest side and steps of each scale. Leave empty for the automatic plan.',
  }),
  coarsestPx: z.number().int().min(16).max(maxSidePx).default(128).meta({
    title: 'Coarsest scale',
    unit: 'px',
    group: 'Scales',
    help: 'First size of the automatic plan, which doubles from there. Set to the full size for a single scale.',
  }),
  contentWeight: weight.default(0.08).meta({
    title: 'Content weight',
    group: 'Content',
    everyday: true,
    help: 'How strongly the photo is preserved; 0 ignores it.',
  }),
  styleWeight: weight.default(1).meta({
    title: 'Style weight',
    group: 'Style',
    everyday: true,
    help: 'How strongly the style is applied; 0 ignores it.',
  }),
  tvWeight: weight.default(4).meta({
    title: 'Smoothness',
    group: 'Smoothness',
    everyday: true,
    help: 'Weight of total variation, which reduces noise; 0 turns it off.',
  }),
  contentLayers: layerWeights.default({ relu3_1: 0.04, relu4_1: 0.12 }).meta({
    title: 'Content layers',
    group: 'Content',
    help: 'Layers whose features are preserved, each with its weight.',
  }),
  styleLayers: layerWeights
    .default({ relu1_1: 0.75, relu2_1: 0.188, relu3_1: 0.047, relu4_1: 0.016, relu4_3: 0.06 })
    .meta({
      title: 'Style layers',
      group: 'Style',
      help: 'Layers whose statistics are matched, each with its weight.',
    }),
  contentReduction: z.enum(['mean', 'sum', 'half-sum']).default('mean').meta({
    title: 'Content reduction',
    group: 'Content',
    help: 'Average, sum, or halve the sum of the squared differences (Gatys 2016).',
  }),
  statistic: z.enum(['gram', 'covariance', 'moments', 'w2']).default('w2').meta({
    title: 'Style statistic',
    group: 'Style',
    help: 'The statistic to match at each style layer: Gram matrix, covariance, mean and deviation of each channel, or the whole distribution (Wasserstein distance).',
  }),
  normaliser: z.enum(['none', 'hw', 'chw']).default('none').meta({
    title: 'Normaliser',
    group: 'Style',
    help: 'Divide the statistic by nothing, by the number of positions, or by channels × positions.',
  }),
  styleReduction: z.enum(['mean', 'sum']).default('mean').meta({
    title: 'Style reduction',
    group: 'Style',
    help: 'Average or sum the squared differences of the statistic.',
  }),
  styleDivisor: z.enum(['none', 'chw', '4cn2', '4c2n2']).default('none').meta({
    title: 'Layer divisor',
    group: 'Style',
    help: 'Divide each style layer by 1, C·N, 4·C·N² or 4·C²·N² (N = height × width of the layer).',
  }),
  tvForm: z.enum(['anisotropic-l1', 'squared', 'nine-point']).default('squared').meta({
    title: 'Variation form',
    group: 'Smoothness',
    help: 'Absolute or squared differences of neighbouring pixels; nine-point includes diagonal neighbours.',
  }),
  tvReduction: z.enum(['mean', 'sum']).default('mean').meta({
    title: 'Variation reduction',
    group: 'Smoothness',
    help: 'Average or sum the differences over the picture.',
  }),
  pooling: z.enum(['max', 'average']).default('max').meta({
    title: 'Pooling',
    group: 'Network & size',
    help: 'How the network shrinks its feature maps.',
  }),
  padding: z.enum(['zero', 'replicate']).default('replicate').meta({
    title: 'Padding',
    group: 'Network & size',
    help: 'Fill beyond the edges of the picture: black (as published), or repeated edge pixels, which keep borders clean.',
  }),
  preprocessing: z.enum(['weights', 'none']).default('weights').meta({
    title: 'Preprocessing',
    group: 'Network & size',
    help: 'Prepare pictures as the network expects, or use plain RGB from 0 to 1.',
  }),
  optimizer: z.enum(['adam', 'adamw', 'lamb', 'lbfgs']).default('adam').meta({
    title: 'Optimizer',
    group: 'Optimizer',
    help: 'Adam is steady; L-BFGS needs fewer steps but more memory.',
  }),
  learningRate: z.number().positive().max(1000).default(0.02).meta({
    title: 'Learning rate',
    group: 'Optimizer',
    help: 'Step size, in units of the optimizer space.',
  }),
  beta1: z
    .number()
    .min(0)
    .lt(1)
    .default(0.9)
    .meta({ title: 'β₁', group: 'Optimizer', help: 'Decay rate of the first moment (Adam family).' }),
  beta2: z
    .number()
    .min(0)
    .lt(1)
    .default(0.99)
    .meta({ title: 'β₂', group: 'Optimizer', help: 'Decay rate of the second moment (Adam family).' }),
  epsilon: z.number().positive().max(10).default(1e-8).meta({
    title: 'ε',
    group: 'Optimizer',
    help: 'Added to the root of the second moment (Adam family).',
  }),
  weightDecay: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .meta({ title: 'Weight decay', group: 'Optimizer', help: 'Pull towards zero (AdamW, LAMB).' }),
  history: z.number().int().min(1).max(200).default(10).meta({
    title: 'History',
    group: 'Optimizer',
    help: 'Past steps L-BFGS remembers. Each takes the memory of two canvases.',
  }),
  lineSearch: z.enum(['none', 'strong-wolfe']).default('none').meta({
    title: 'Line search',
    group: 'Optimizer',
    help: 'How L-BFGS chooses the step size.',
  }),
  space: z.enum(['unit', 'normalised']).default('unit').meta({
    title: 'Optimizer space',
    group: 'Optimizer',
    help: 'Optimise RGB from 0 to 1, or the values fed to the network.',
  }),
  clamp: z.boolean().default(true).meta({
    title: 'Clamp',
    group: 'Optimizer',
    help: 'Keep pixel values between 0 and 1 after each step.',
  }),
  averaging: z.number().min(0).lt(1).default(0.9).meta({
    title: 'Averaging',
    group: 'Optimizer',
    help: 'Decay rate of the running average that becomes the picture; 0 uses the last step.',
  }),
  init: z.enum(['content', 'style', 'noise', 'picture']).default('content').meta({
    title: 'Start from',
    group: 'Start & seed',
    everyday: true,
    help: 'The photo, the first style picture, random noise, or another picture.',
  }),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0)
    .meta({
      title: 'Seed',
      group: 'Start & seed',
      everyday: true,
      help: 'The same seed gives the same picture.',
    }),
  styleScale: z.number().min(0.05).max(8).default(1).meta({
    title: 'Style scale',
    unit: '×',
    group: 'Style',
    after: 'styleWeight',
    help: 'Size of the style picture relative to the canvas: lower for finer strokes. Never enlarged.',
  }),
  styleFit: z.enum(['long-side', 'stretch']).default('long-side').meta({
    title: 'Style fit',
    group: 'Style',
    after: 'styleScale',
    help: 'Keep the proportions of the style picture, or stretch it to the canvas.',
  }),
})

/** Headings in the order of the panel. */
parameters.register(z.globalRegistry, {
  groups: ['Network & size', 'Content', 'Style', 'Smoothness', 'Optimizer', 'Start & seed', 'Scales'],
})
export type Parameters = z.infer<typeof parameters>
/** Parameters as a person writes them: only what differs from the recipe. */
export type PartialParameters = Partial<Parameters>

type PartialShape = {
  [Name in keyof Parameters]: z.ZodExactOptional<ReturnType<(typeof parameters.shape)[Name]['unwrap']>>
}

/** Some of the parameters. `parameters.partial()` would not do: it fills in the default of whatever is absent. */
export const partialParameters = z.strictObject(
  Object.fromEntries(
    Object.entries(parameters.shape).map(([name, schema]) => [name, schema.unwrap().exactOptional()]),
  ) as PartialShape,
)

/**
 * Our recipe for VGG: that of the schema, with other shares of content and without total variation. As in Crowson's
 * style-transfer-pytorch the loss is the squared Wasserstein distance of the features as normal distributions, the style layers fall from
 * 256 to 1, and Adam runs at 0.02 from 128 px up. The content weight is split: the 0.08 of the schema, which presets and sliders
 * turn, times the weight of the layer.
 *
 * Such a loss grows with the square of the features, as the content loss does. So one pair of weights fits every weight family,
 * and compact, whose features predict those of VGG16; with Gram matrices, which grow with the fourth power, it would not.
 */
const vggRecipe: PartialParameters = {
  steps: 300,
  tvWeight: 0,
  contentLayers: { relu3_1: 0.028, relu4_1: 0.135 },
}

/** Differences from the schema's defaults for the networks with published weights. */
export const networkRecipes: Readonly<Record<NetworkId, PartialParameters>> = {
  compact: {},
  vgg16: vggRecipe,
  vgg19: vggRecipe,
}
