import { z } from 'zod'
import { liveWeights } from '../../shared/methods/optimise.ts'
import { PasticheError } from '../../shared/errors.ts'
import type { OptimizerState } from '../minimise/optimizers/optimizer.ts'

const count = z.number().int().nonnegative()

/** The numbers of a run's state: what a checkpoint says of it beside its tensors. */
export const runFacts = z.object({
  /** Hash of the job, the weights and the plan: a checkpoint continues only the run that it was taken from. */
  fingerprint: z.string(),
  scaleIndex: count,
  step: count,
  /** Steps so far at all scales. */
  totalStep: count,
  /** The canvas. */
  size: z.object({ widthPx: z.number().int().positive(), heightPx: z.number().int().positive() }),
  elapsedMs: z.number(),
  /** Positions of the sliders; a job that is resumed with others meets a new objective. */
  sliders: liveWeights,
  /** How they have been moved since the last step: not, to other values, or so that layers come or go. */
  objective: z.enum(['no', 'values', 'layers']),
})

/** The complete state of a run between two steps. */
export interface RunState extends Readonly<z.infer<typeof runFacts>> {
  /** The optimizer's vector in its space, [3, height, width]. */
  readonly vector: Float32Array
  readonly optimizer: OptimizerState
  /** The average of the canvases so far; null before the first step and where the job has none. */
  readonly average: { readonly sum: Float32Array; readonly count: number } | null
}

export function damaged(message: string, cause?: unknown): PasticheError {
  return new PasticheError('state-damaged', message, { cause })
}
