import { assertNever } from '../../shared/assert.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'
import { AdamW } from './adamw.ts'
import { Adam } from './adam.ts'
import type { Optimizer } from './contract.ts'
import { Lamb } from './lamb.ts'
import { Lbfgs } from './lbfgs.ts'

export type { Evaluate, Evaluation, FieldKind, Optimizer, Resample, StepReport } from './contract.ts'

export type OptimizerParameters = Pick<
  Parameters,
  'optimizer' | 'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay' | 'history' | 'lineSearch'
>

/** The optimizer that the parameters ask for, for a canvas of `size` numbers. */
export function createOptimizer(parameters: OptimizerParameters, size: number): Optimizer {
  switch (parameters.optimizer) {
    case 'adam':
      return new Adam(parameters, size)
    case 'adamw':
      return new AdamW(parameters, size)
    case 'lamb':
      return new Lamb(parameters, size)
    case 'lbfgs':
      return new Lbfgs(parameters, size)
    default:
      return assertNever(parameters.optimizer)
  }
}
