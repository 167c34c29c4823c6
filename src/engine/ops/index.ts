import type { Operator } from '../graph/graph.ts'
import * as arithmetic from './arithmetic.ts'
import * as blocked from './blocked.ts'
import * as conv from './conv.ts'
import * as instanceNorm from './instance-norm.ts'
import * as layout from './layout.ts'
import * as matmul from './matmul.ts'
import * as pool from './pool.ts'
import * as reduce from './reduce.ts'
import * as relu from './relu.ts'
import * as slice from './slice.ts'
import * as stop from './stop.ts'

export * from './arithmetic.ts'
export * from './blocked.ts'
export * from './conv.ts'
export * from './instance-norm.ts'
export * from './layout.ts'
export * from './matmul.ts'
export * from './pool.ts'
export * from './reduce.ts'
export * from './relu.ts'
export * from './slice.ts'
export * from './stop.ts'

const modules = [arithmetic, blocked, conv, instanceNorm, layout, matmul, pool, reduce, relu, slice, stop]

/** The table of operators, each with its gradient rule. */
export const operators: readonly Operator[] = modules
  .flatMap((module) => Object.entries(module))
  .filter(([name]) => name.endsWith('Operator'))
  .map(([, operator]) => operator as Operator)
