import { expect, it } from 'vitest'
import { operators } from '../src/engine/ops/index.ts'
import { elementwiseCases } from './support/gradient-cases/elementwise.ts'
import { layoutCases } from './support/gradient-cases/layout.ts'
import { sumCases } from './support/gradient-cases/sums.ts'
import { windowCases } from './support/gradient-cases/windows.ts'

// Every gradient rule against central differences, on random shapes, options and numbers.

const cases = [...elementwiseCases, ...windowCases, ...layoutCases, ...sumCases]
// More of them, or another device, can be tried by hand: PASTICHE_GRADIENT_RUNS=400, PASTICHE_GRADIENT_DEVICE=webgpu.
const runs = Number(process.env['PASTICHE_GRADIENT_RUNS'] ?? 20)

it('Every operator that passes a gradient has a case', () => {
  const covered = new Set(cases.map(({ operator }) => operator))
  const missing = operators.filter((operator) => operator.gradient && !covered.has(operator))
  expect(missing.map(({ type }) => type)).toEqual([])
})

for (const { operator, name, check } of cases)
  it(`${operator.type}, ${name}: the gradient is the slope`, () => check(runs), 600_000)
