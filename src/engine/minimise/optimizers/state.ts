import { PasticheError } from '../../../shared/errors.ts'
import type { OptimizerState } from './contract.ts'

/** @throws PasticheError `state-damaged` where the state is that of another optimizer */
export function checkOptimizer({ optimizer }: OptimizerState, expected: string): void {
  if (optimizer !== expected) throw misfit(`it is of ${optimizer}, the job uses ${expected}`)
}

/** @throws PasticheError `state-damaged` where the state does not have this scalar */
export function stateScalar({ scalars }: OptimizerState, name: string): number {
  const value = Object.hasOwn(scalars, name) ? scalars[name] : undefined
  if (typeof value !== 'number') throw misfit(`the number "${name}" is missing`)
  return value
}

/** @throws PasticheError `state-damaged` where the state does not have this field, or not with `size` elements */
export function stateField({ fields }: OptimizerState, name: string, size: number): Float32Array {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (!field) throw misfit(`the field "${name}" is missing`)
  if (field.length !== size) throw misfit(`"${name}" has ${field.length} elements, the canvas has ${size}`)
  return field
}

export function misfit(reason: string): PasticheError {
  return new PasticheError('state-damaged', `The saved state of the optimizer does not fit: ${reason}.`)
}
