import { expect, it } from 'vitest'
import reference from '../../../../tests/references/optimizers.json' with { type: 'json' }
import { makeEvaluate, size, start } from '../../../../tests/references/optimizers-problem.ts'
import { createOptimizer, type OptimizerParameters } from './optimizer.ts'
import { segmentsOf } from './segments.ts'
import { strongWolfe, type Trial } from './strong-wolfe.ts'

for (const { name, parameters, layers, evaluations, points } of reference.cases) {
  it(`${name}: follows the reference for ${points.length} steps`, async () => {
    const x = start()
    const segments = layers.length > 1 ? segmentsOf(layers.map((length, i) => [`${i}`, [length]])) : null
    const optimizer = createOptimizer(parameters as OptimizerParameters, size, segments)
    const evaluate = makeEvaluate()
    let evaluated = 0
    for (const point of points) {
      const report = await optimizer.step(x, evaluate)
      evaluated += report.evaluations
      expect(report.stopped).toBe(false)
      expect(relativeError(x, point)).toBeLessThan(1e-5)
    }
    expect(evaluated).toBe(evaluations)
  })
}

/** max |xᵢ − rᵢ| / max |rᵢ| */
function relativeError(x: Float32Array, reference: readonly number[]): number {
  const differences = reference.map((value, i) => Math.abs(value - x[i]!))
  return Math.max(...differences) / Math.max(...reference.map(Math.abs))
}

/** Moré & Thuente 1994, section 5, functions 1 and 2. */
const searchFunctions: Record<string, (t: number) => Trial> = {
  1: (t) => ({ length: t, loss: -t / (t ** 2 + 2), slope: (t ** 2 - 2) / (t ** 2 + 2) ** 2 }),
  2: (t) => {
    const u = t + 0.004
    return { length: t, loss: u ** 5 - 2 * u ** 4, slope: 5 * u ** 4 - 8 * u ** 3 }
  },
}

for (const { function: name, firstLength, length, evaluations } of reference.searches) {
  it(`The strong Wolfe search from ${firstLength} on function ${name} ends where the reference does`, async () => {
    const evaluate = searchFunctions[name]!
    const found = await strongWolfe({
      start: evaluate(0),
      firstLength,
      directionMax: 1,
      probe: (t) => Promise.resolve(evaluate(t)),
    })
    expect(found.evaluations).toBe(evaluations)
    expect(Math.abs(found.length / length - 1)).toBeLessThan(1e-6)
  })
}
