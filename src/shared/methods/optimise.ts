import { z } from 'zod'
import { parameters, partialParameters, type Parameters } from '../contract/parameters.ts'
import { defineMethod } from './define-method.ts'

/** Parameters of a run that may change between two steps; what a change leaves out stays as it is. */
export const liveWeights = partialParameters.pick({
  contentWeight: true,
  styleWeight: true,
  tvWeight: true,
  contentLayers: true,
  styleLayers: true,
})
export type LiveWeights = z.infer<typeof liveWeights>

/** The values of all live sliders, as a job's parameters have them. */
export function slidersOf(parameters: Parameters): LiveWeights {
  return liveWeights.parse(
    Object.fromEntries(Object.entries(parameters).filter(([name]) => Object.hasOwn(liveWeights.shape, name))),
  )
}

export const lossParts = z.object({
  total: z.number(),
  content: z.number(),
  style: z.number(),
  variation: z.number(),
  /** Each weighted layer's share, by tap name, prefixed `content/` or `style/`. */
  layers: z.record(z.string(), z.number()),
})
export type LossParts = z.infer<typeof lossParts>

const scales = z.array(
  z.object({
    widthPx: z.number().int(),
    heightPx: z.number().int(),
    steps: z.number().int(),
    /** Estimated floating-point operations of one step. */
    stepFlop: z.number(),
    /** Estimated peak memory of the engine at this scale. */
    memoryBytes: z.number(),
  }),
)

/** One canvas, optimised from coarse to fine (Gatys et al. 2016 and 2017). */
export const optimise = defineMethod({
  id: 'optimise',
  slots: {
    content: { least: 1, most: 1 },
    style: { least: 0, most: 16 },
    /** Used if `init` is `picture`. */
    start: { least: 0, most: 1 },
    network: { least: 0, most: 1 },
  },
  parameters,
  live: liveWeights,
  plan: { scales },
  progress: {
    scale: z.object({
      index: z.number().int(),
      count: z.number().int(),
      widthPx: z.number(),
      heightPx: z.number(),
    }),
    /** Steps done at this scale, and in all. */
    step: z.number().int(),
    steps: z.number().int(),
    totalStep: z.number().int(),
    totalSteps: z.number().int(),
    loss: lossParts,
  },
})
export type OptimisePlan = z.infer<typeof optimise.plan>
export type OptimiseProgress = z.infer<typeof optimise.progress>
