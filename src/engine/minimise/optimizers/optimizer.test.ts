import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeEvaluate, size, start } from '../../../../tests/references/optimizers-problem.ts'
import { parameters as schema } from '../../../shared/contract/parameters.ts'
import { createOptimizer, type Evaluate, type Optimizer, type OptimizerParameters } from './optimizer.ts'

const variants: Record<string, Partial<OptimizerParameters>> = {
  adam: { optimizer: 'adam' },
  adamw: { optimizer: 'adamw', weightDecay: 0.1 },
  lamb: { optimizer: 'lamb', weightDecay: 0.1 },
  'lbfgs without line search': { optimizer: 'lbfgs', learningRate: 1, history: 3 },
  'lbfgs with strong Wolfe': { optimizer: 'lbfgs', learningRate: 1, history: 3, lineSearch: 'strong-wolfe' },
}

async function run(optimizer: Optimizer, x: Float32Array, steps: number, factor = 1): Promise<void> {
  const evaluate = makeEvaluate(factor)
  for (let step = 0; step < steps; step++) await optimizer.step(x, evaluate)
}

for (const [name, partial] of Object.entries(variants)) {
  const make = (n = size): Optimizer => createOptimizer(schema.parse(partial), n)

  describe(name, () => {
    it('continues from a saved state as if nothing had been, bit for bit', async () => {
      const steps = fc.integer({ min: 0, max: 12 })
      const factor = fc.constantFrom(1, 2 ** -30)
      await fc.assert(
        fc.asyncProperty(steps, steps, factor, async (before, after, factor) => {
          const original = make()
          const x = start()
          await run(original, x, before, factor)
          const restored = make()
          restored.restore(structuredClone(original.save()))
          expect(restored.save()).toEqual(original.save())
          const copy = x.slice()
          await run(original, x, after, factor)
          await run(restored, copy, after, factor)
          expect(copy).toEqual(x)
          expect(restored.save()).toEqual(original.save())
        }),
        { numRuns: 20 },
      )
    })

    it('neither copies its state to save it nor to take it over', async () => {
      const optimizer = make()
      await run(optimizer, start(), 4)
      const { fields } = optimizer.save()
      const again = optimizer.save().fields
      const restored = make()
      restored.restore(optimizer.save())
      expect(Object.keys(fields).length).toBeGreaterThan(1)
      for (const [name, field] of Object.entries(fields)) {
        expect(again[name]).toBe(field)
        expect(restored.save().fields[name]).toBe(field)
      }
      expect(restored.stateBytes).toBe(Object.keys(fields).length * size * 4)
    })

    it('refuses a state with a number or a field missing, names it, and keeps what it had', async () => {
      const optimizer = make()
      await run(optimizer, start(), 5)
      const state = optimizer.save()
      const before = structuredClone(state)
      for (const part of ['scalars', 'fields'] as const)
        for (const name of Object.keys(state[part])) {
          const { [name]: _, ...rest } = state[part]
          expect(() => optimizer.restore({ ...state, [part]: rest })).toThrow(
            new RegExp(`^The saved state of the optimizer does not fit: .* "${name}" is missing\\.$`),
          )
        }
      expect(optimizer.save()).toEqual(before)
    })

    it('refuses the state of another size', async () => {
      const optimizer = make()
      await run(optimizer, start(), 2)
      expect(() => make(size + 1).restore(optimizer.save())).toThrow(
        /" has 64 elements, the canvas has 65\.$/,
      )
    })

    it('steps on a canvas of the new size after a rescale, and only on such a one', async () => {
      const optimizer = make()
      await run(optimizer, start(), 4)
      optimizer.rescale(size / 2, (field) => field.subarray(0, size / 2))
      const half = new Float32Array(size / 2).fill(1)
      const evaluate: Evaluate = (x) =>
        Promise.resolve({ loss: x.reduce((sum, value) => sum + value ** 2 / 2, 0), gradient: x.slice() })
      await optimizer.step(half, evaluate)
      expect(half.every((value) => Number.isFinite(value) && value !== 1)).toBe(true)
      await expect(optimizer.step(start(), makeEvaluate())).rejects.toThrow(
        'Expected a canvas of 32 elements, received 64.',
      )
    })

    for (const [what, loss, element] of [
      ['loss', Number.NaN, 1],
      ['loss', Number.POSITIVE_INFINITY, 1],
      ['gradient', 1, Number.NaN],
      ['gradient', 1, Number.NEGATIVE_INFINITY],
      ['gradient', 1, 1e20],
    ] as const) {
      it(`leaves the canvas and its state alone where the ${what} is ${what === 'loss' ? loss : element}`, async () => {
        const optimizer = make()
        const x = start()
        await run(optimizer, x, 3)
        const before = { x: x.slice(), state: structuredClone(optimizer.save()) }
        const gradient = new Float32Array(size).fill(1)
        gradient[size - 1] = element
        const thrown = optimizer.step(x, () => Promise.resolve({ loss, gradient }))
        await expect(thrown).rejects.toMatchObject({ code: 'diverged' })
        expect(x).toEqual(before.x)
        expect(optimizer.save()).toEqual(before.state)
      })
    }

    it('tells how much memory its state holds', async () => {
      const optimizer = make()
      await run(optimizer, start(), 10)
      const vectors = partial.optimizer !== 'lbfgs' ? 2 : 3 + 2 * 3 + (partial.lineSearch ? 1 : 0)
      expect(optimizer.stateBytes).toBe(vectors * size * 4)
    })
  })
}

it('The state of one optimizer is refused by another', () => {
  const [adam, lamb] = (['adam', 'lamb'] as const).map((optimizer) =>
    createOptimizer(schema.parse({ optimizer }), size),
  )
  expect(() => lamb!.restore(adam!.save())).toThrow(
    'The saved state of the optimizer does not fit: it is of adam, the job uses lamb.',
  )
})
