import { PasticheError } from '../../../shared/errors.ts'
import type { Evaluate, Evaluation } from './contract.ts'

/** Second moments are squares kept in float32, which ends at 3.4e38. */
const largestGradient = 1e19

/**
 * Evaluates the objective and lets only usable numbers through, so that no optimizer ever moves the canvas on a NaN.
 * @throws PasticheError `diverged` for a loss or a gradient that is NaN, infinite, or too large to be squared.
 */
export async function evaluateChecked(x: Float32Array, evaluate: Evaluate): Promise<Evaluation> {
  const evaluation = await evaluate(x)
  const { loss, gradient } = evaluation
  if (!Number.isFinite(loss)) {
    throw new PasticheError('diverged', `The painting became unstable (loss ${loss}) and was stopped.`)
  }
  if (gradient.length !== x.length) {
    throw new PasticheError(
      'internal',
      `Expected a gradient of ${x.length} elements, received ${gradient.length}.`,
    )
  }
  for (let i = 0; i < gradient.length; i++) {
    // Written so that NaN fails the comparison.
    if (!(Math.abs(gradient[i]!) <= largestGradient)) {
      throw new PasticheError(
        'diverged',
        `The painting became unstable (gradient ${gradient[i]!} at element ${i}) and was stopped.`,
      )
    }
  }
  return evaluation
}

/** @throws PasticheError `internal` where `x` is not the vector that the optimizer was made for. */
export function checkLength(x: Float32Array, size: number): void {
  if (x.length !== size) {
    throw new PasticheError('internal', `Expected a canvas of ${size} elements, received ${x.length}.`)
  }
}

/** A field after resampling. @throws PasticheError `internal` where its length is not the new size. */
export function checkResampled(field: Float32Array, size: number): Float32Array {
  if (field.length !== size) {
    throw new PasticheError(
      'internal',
      `Expected a field resampled to ${size} elements, received ${field.length}.`,
    )
  }
  return field
}
