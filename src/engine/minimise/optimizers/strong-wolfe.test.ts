import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cubicMinimum, strongWolfe, wolfe, type Trial } from './strong-wolfe.ts'

it('The length that is found fulfils both strong Wolfe conditions on a convex function', async () => {
  const range = { noNaN: true, min: 0.01, max: 100 }
  await fc.assert(
    fc.asyncProperty(
      fc.double(range),
      fc.double(range),
      fc.double(range),
      async (minimum, quartic, firstLength) => {
        const phi = (t: number): Trial => {
          const u = (t - minimum) / minimum
          return {
            length: t,
            loss: u ** 2 + quartic * u ** 4,
            slope: (2 * u + 4 * quartic * u ** 3) / minimum,
          }
        }
        const start = phi(0)
        const { length, evaluations } = await strongWolfe({
          start,
          firstLength,
          directionMax: 1,
          probe: (t) => Promise.resolve(phi(t)),
        })
        const found = phi(length)
        expect(evaluations).toBeLessThanOrEqual(wolfe.maxEvaluations)
        expect(found.loss).toBeLessThanOrEqual(start.loss + wolfe.c1 * length * start.slope)
        expect(Math.abs(found.slope)).toBeLessThanOrEqual(wolfe.c2 * Math.abs(start.slope))
      },
    ),
  )
})

it('A function that only rises gives length 0', async () => {
  const start = { length: 0, loss: 1, slope: -1 }
  const found = await strongWolfe({
    start,
    firstLength: 1,
    directionMax: 1,
    probe: (t) => Promise.resolve({ length: t, loss: 2 + t, slope: 1 }),
  })
  expect(found.length).toBe(0)
  expect(found.evaluations).toBeLessThanOrEqual(wolfe.maxEvaluations)
})

it('A function that falls for ever takes the last length after 25 evaluations', async () => {
  const phi = (t: number): Trial => ({ length: t, loss: -t, slope: -1 })
  const found = await strongWolfe({
    start: phi(0),
    firstLength: 1e-9,
    directionMax: 1,
    probe: (t) => Promise.resolve(phi(t)),
  })
  expect(found.evaluations).toBe(25)
  expect(found.length).toBeGreaterThan(1)
})

it('A rise from trial to trial closes the bracket from the third trial on', async () => {
  const lengths: number[] = []
  await strongWolfe({
    start: { length: 0, loss: 0, slope: -1 },
    firstLength: 1,
    directionMax: 1,
    probe: (t) => {
      lengths.push(t)
      return Promise.resolve({ length: t, loss: lengths.length - 1000, slope: -1 })
    },
  })
  expect(lengths[2]).toBeGreaterThan(lengths[1]!)
  expect(lengths[3]).toBeLessThan(lengths[2]!)
})

it('A bracket within which the canvas would not move is not divided', async () => {
  const found = await strongWolfe({
    start: { length: 0, loss: 0, slope: -1 },
    firstLength: 1,
    directionMax: 1e-10,
    probe: (t) => Promise.resolve({ length: t, loss: 1, slope: 1 }),
  })
  expect(found).toEqual({ length: 0, evaluations: 1 })
})

it('A decrease of a ten-thousandth of what the slope promises is enough', async () => {
  const search = (loss: number): Promise<{ evaluations: number }> =>
    strongWolfe({
      start: { length: 0, loss: 0, slope: -1 },
      firstLength: 1,
      directionMax: 1,
      probe: (t) => Promise.resolve({ length: t, loss: loss * t, slope: 0 }),
    })
  expect((await search(-1.1e-4)).evaluations).toBe(1)
  expect((await search(-0.9e-4)).evaluations).toBeGreaterThan(1)
})

it('The cubic through two points of a cubic finds its minimum, in either order', () => {
  // t³ − 3t has its minimum at 1.
  const at = (t: number): Trial => ({ length: t, loss: t ** 3 - 3 * t, slope: 3 * t ** 2 - 3 })
  expect(cubicMinimum(at(0), at(3), 0, 3)).toBeCloseTo(1, 12)
  expect(cubicMinimum(at(3), at(0), 0, 3)).toBeCloseTo(1, 12)
})

it('The cubic minimum is kept within its bounds, and is the middle where there is none', () => {
  const at = (t: number): Trial => ({ length: t, loss: t ** 3 - 3 * t, slope: 3 * t ** 2 - 3 })
  expect(cubicMinimum(at(0), at(3), 1.5, 3)).toBe(1.5)
  const rising = (t: number): Trial => ({ length: t, loss: t ** 3 + t, slope: 3 * t ** 2 + 1 })
  expect(cubicMinimum(rising(-1), rising(2), 0, 2)).toBe(1)
})
