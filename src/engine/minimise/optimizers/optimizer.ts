import { assertNever } from '../../../shared/assert.ts'
import { AdamW } from './adamw.ts'
import { Adam } from './adam.ts'
import type { Optimizer } from './contract.ts'
import { Lamb } from './lamb.ts'
import { Lbfgs } from './lbfgs.ts'
import type { Segment } from './segments.ts'

export type * from './contract.ts'

/** Which optimizer, and the settings of all of them; each reads its own. */
export interface OptimizerParameters {
  readonly optimizer: 'adam' | 'adamw' | 'lamb' | 'lbfgs'
  /** Above 0. */
  readonly learningRate: number
  /** Decays of the moments, each in [0,1). */
  readonly beta1: number
  readonly beta2: number
  /** Above 0; added to the root of the second moment. */
  readonly epsilon: number
  readonly weightDecay: number
  /** Pairs that L-BFGS remembers, at least 1. */
  readonly history: number
  readonly lineSearch: 'none' | 'strong-wolfe'
}

/**
 * The optimizer that the parameters ask for.
 *
 * @param size elements of the vector that it minimises over
 * @param segments where the vector is made of tensors: LAMB treats each as a layer, the others make no difference between them
 */
export function createOptimizer(
  parameters: OptimizerParameters,
  size: number,
  segments: readonly Segment[] | null = null,
): Optimizer {
  switch (parameters.optimizer) {
    case 'adam':
      return new Adam(parameters, size)
    case 'adamw':
      return new AdamW(parameters, size)
    case 'lamb':
      return new Lamb(parameters, size, segments)
    case 'lbfgs':
      return new Lbfgs(parameters, size)
    default:
      return assertNever(parameters.optimizer)
  }
}
