import { assertNever } from '../../shared/assert.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'
import { AdamW } from './adamw.ts'
import { Adam } from './adam.ts'
import type { Optimizer } from './contract.ts'
import { Lamb } from './lamb.ts'
import { Lbfgs } from './lbfgs.ts'
import type { Segment } from './segments.ts'

export type * from './contract.ts'

export type OptimizerParameters = Pick<
  Parameters,
  'optimizer' | 'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay' | 'history' | 'lineSearch'
>

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
