import { describe, expect, it } from 'vitest'
import { bandPass, lowPass, type Filter } from './filters.ts'

const axes = [0, 1, 2] as const
const cells = [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => [x, y] as const))

/** What a filter answers to a picture f(x, y), at its middle. */
const answer = ({ kernel }: Filter, picture: (x: number, y: number) => number): number =>
  cells.reduce((sum, [x, y], cell) => sum + kernel[cell]! * picture(x, y), 0)

/** Of a direction without a sense, in degrees of [0, 180). */
const direction = (y: number, x: number, turns: number): number =>
  (Math.round((Math.atan2(y, x) * 180) / Math.PI / turns) + 360) % 180

/** Across an edge that the filter sees, or null where it sees none. */
function edgeDirection(filter: Filter): number | null {
  const [x, y] = [answer(filter, (x) => x), answer(filter, (_, y) => y)]
  return Math.hypot(x, y) < 1e-9 ? null : direction(y, x, 1)
}

/** Across a bar that the filter sees, or null where it sees none. */
function barDirection(filter: Filter): number | null {
  if (edgeDirection(filter) !== null) return null
  const [xx, yy, xy] = [
    (x: number) => x * x,
    (_: number, y: number) => y * y,
    (x: number, y: number) => x * y,
  ]
  const [even, odd] = [answer(filter, xx) - answer(filter, yy), 2 * answer(filter, xy)]
  return Math.hypot(even, odd) < 1e-9 ? null : direction(odd, even, 2)
}

const seen = (filters: readonly Filter[], of: (filter: Filter) => number | null): number[] =>
  [...new Set(filters.map(of).filter((angle) => angle !== null))].sort((a, b) => a - b)

/** Those of the pyramid, which see more than one pixel and its neighbour. */
const smooth = bandPass.filter(({ kernel }) => kernel.filter((value) => Math.abs(value) > 1e-9).length > 2)

describe('the designed filters', () => {
  it.each(axes)('see edges of axis %i in four directions', (axis) => {
    const ofAxis = smooth.filter((filter) => filter.axis === axis)
    expect(seen(ofAxis, edgeDirection)).toEqual([0, 45, 90, 135])
  })

  it('see bars of brightness in four directions', () => {
    expect(
      seen(
        smooth.filter(({ axis }) => axis === 0),
        barDirection,
      ),
    ).toEqual([0, 45, 90, 135])
  })

  it('see no flat colour, but for those that pass it on, each with its negative', () => {
    for (const filter of bandPass) expect(answer(filter, () => 1)).toBeCloseTo(0, 12)
    expect(lowPass.map((filter) => [filter.axis, answer(filter, () => 1)])).toEqual(
      axes.flatMap((axis) => [
        [axis, 1],
        [axis, -1],
      ]),
    )
  })

  it.each([
    ['upright stripes', (x: number) => (-1) ** x],
    ['level stripes', (_: number, y: number) => (-1) ** y],
    ['checks', (x: number, y: number) => (-1) ** (x + y)],
  ])('see %s of one pixel', (_name, picture) => {
    // Of either sign: one pixel further, it is the other.
    const answers = bandPass.map((filter) => Math.abs(answer(filter, picture)))
    expect(Math.max(...answers)).toBeGreaterThan(0.5)
  })
})
