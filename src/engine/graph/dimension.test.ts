import fc from 'fast-check'
import { expect, it } from 'vitest'
import { evaluateDimension } from '../../../tests/support/evaluate-dimension.ts'
import {
  add,
  broadcast,
  difference,
  divide,
  floorDivide,
  multiply,
  windowed,
  type Dimension,
} from './dimension.ts'

const symbols = { H: 37, h: 5, w: 3 }

/** A formula and the number that plain arithmetic gives for it. */
interface Formula {
  readonly dimension: Dimension
  readonly value: number
}

const small = fc.integer({ min: 1, max: 6 })
const start: fc.Arbitrary<Formula> = fc.oneof(
  small.map((value) => ({ dimension: value, value })),
  fc.constantFrom<Formula>(
    { dimension: 'H', value: 37 },
    { dimension: '16*h', value: 80 },
    { dimension: '6*w', value: 18 },
    { dimension: 'h*w', value: 15 },
  ),
)

/** One operation on a formula, done on its value as well. */
type Step = (formula: Formula) => Formula

const step: fc.Arbitrary<Step> = fc.oneof(
  small.map<Step>((by) => ({ dimension, value }) => ({
    dimension: multiply(dimension, by),
    value: value * by,
  })),
  fc.constantFrom('H', '2*w').map<Step>((by) => ({ dimension, value }) => ({
    dimension: multiply(by, dimension),
    value: value * valueOf(by),
  })),
  // A side is never negative.
  fc.integer({ min: -5, max: 5 }).map<Step>((by) => ({ dimension, value }) => ({
    dimension: add(dimension, Math.max(by, -value)),
    value: value + Math.max(by, -value),
  })),
  small.map<Step>((by) => ({ dimension, value }) => ({
    dimension: floorDivide(dimension, by),
    value: Math.floor(value / by),
  })),
)

const formulas = fc
  .tuple(start, fc.array(step, { maxLength: 6 }))
  .map(([first, steps]) => steps.reduce((formula, next) => next(formula), first))

const valueOf = (dimension: Dimension): number => evaluateDimension(dimension, symbols)!

it('A formula stands for what the arithmetic gives', () => {
  fc.assert(
    fc.property(formulas, ({ dimension, value }) => {
      expect(valueOf(dimension)).toBe(value)
    }),
    { numRuns: 1000 },
  )
})

it('A window fits as often as ONNX counts it', () => {
  const windows = fc.record({
    kernel: small,
    stride: small,
    pads: small,
    dilation: fc.integer({ min: 1, max: 3 }),
  })
  fc.assert(
    fc.property(formulas, windows, ({ dimension, value }, window) => {
      const extent = window.dilation * (window.kernel - 1) + 1
      fc.pre(value + window.pads >= extent)
      const count = Math.floor((value + window.pads - extent) / window.stride) + 1
      expect(valueOf(windowed(dimension, window))).toBe(count)
    }),
    { numRuns: 500 },
  )
})

it('A quotient of products, where there is one, is exact', () => {
  fc.assert(
    fc.property(formulas, formulas, (a, b) => {
      const quotient = divide(multiply(a.dimension, b.dimension), b.dimension)
      fc.pre(b.value !== 0 && quotient !== null)
      expect(valueOf(quotient)).toBe(a.value)
    }),
  )
})

it('A difference, where there is one, is that of the values', () => {
  const amounts = fc.integer({ min: -5, max: 5 })
  fc.assert(
    fc.property(formulas, formulas, amounts, (a, b, amount) => {
      expect(difference(add(a.dimension, amount), a.dimension)).toBe(amount)
      const found = difference(a.dimension, b.dimension)
      if (found !== null) expect(found).toBe(a.value - b.value)
    }),
    { numRuns: 500 },
  )
})

it.each([
  [multiply('w', 2, 'h', 3), '6*h*w'],
  [multiply('H', 0), 0],
  [multiply(2, 3), 6],
  [multiply(2, add('H', 1), 'w'), '2*(H+1)*w'],
  [add(add('H', 2), -2), 'H'],
  [add(add('H', 2), 3), '(H+5)'],
  [add(multiply(add('a', 1), add('b', 2)), 1), '((a+1)*(b+2)+1)'],
  [floorDivide('16*h', 4), '4*h'],
  [floorDivide('16*h', 32), 'floor(16*h/32)'],
  [floorDivide(add('16*h', 3), 2), '(8*h+1)'],
  [floorDivide(add('16*h', -1), 2), '(8*h-1)'],
  [floorDivide('H', 1), 'H'],
  [windowed('16*h', { kernel: 2, stride: 2, pads: 0 }), '8*h'],
  [windowed('H', { kernel: 3, stride: 1, pads: 2 }), 'H'],
  [windowed('4*h', { kernel: 3, stride: 2, pads: 2 }), '2*h'],
  [windowed('H', { kernel: 2, stride: 2, pads: 0 }), 'floor(H/2)'],
])('%s is written as %s', (formula, text) => {
  expect(formula).toBe(text)
})

it('A difference of formulas that do not differ by a number is not known', () => {
  expect(difference('H', 'W')).toBeNull()
  expect(difference('H', 3)).toBeNull()
  expect(difference(multiply(add('a', 1), add('b', 5)), multiply(add('a', 1), add('b', 2)))).toBeNull()
})

it('A product that is no multiple is not divided', () => {
  expect(divide('3*h', 2)).toBeNull()
  expect(divide('H', 'W')).toBeNull()
})

it('A window larger than the padded side is refused', () => {
  expect(() => windowed(1, { kernel: 3, stride: 1, pads: 1 })).toThrow(
    'a window of 3 does not fit into a side of 2',
  )
})

it('Shapes broadcast as in numpy', () => {
  expect(broadcast(['N', 1, 4], [3, 1])).toEqual(['N', 3, 4])
  expect(broadcast([], ['H'])).toEqual(['H'])
  expect(() => broadcast([2, 'H'], [2, 3])).toThrow('Shapes [2, H] and [2, 3] do not broadcast.')
})
