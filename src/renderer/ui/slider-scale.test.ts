import { describe, expect, it } from 'vitest'
import { nudge, snap, toPosition, toValue, type SliderRange } from './slider-scale.ts'

const linear: SliderRange = { min: 0, max: 3, step: 0.05, scale: 'linear' }
const log: SliderRange = { min: 1, max: 1000, step: 1, scale: 'log' }
const fromZero: SliderRange = { min: 0, max: 1e6, step: 0.001, scale: 'log' }

describe('a linear slider', () => {
  it('has the middle of its range in its middle', () => {
    expect(toPosition(1.5, linear)).toBe(500)
    expect(toValue(500, linear)).toBe(1.5)
  })

  it('leaves no tail of digits that nobody chose', () => expect(toValue(433, linear)).toBe(1.3))
})

describe('a logarithmic slider', () => {
  it('has the geometric middle of its range in its middle', () => {
    expect(toPosition(Math.sqrt(1000), log)).toBeCloseTo(500)
    expect(toValue(500, log)).toBe(32)
  })

  it('has 0 at its very left, where it begins there', () => {
    expect(toPosition(0, fromZero)).toBe(0)
    expect(toValue(0, fromZero)).toBe(0)
    expect(toPosition(1e-9, fromZero)).toBeGreaterThan(0)
    expect(toValue(1, fromZero)).toBe(100)
  })

  it.each([0, 150, 1000, 37_000, 1e6])('comes back to %d from where it stands', (value) =>
    expect(toValue(toPosition(value, fromZero), fromZero)).toBeCloseTo(value),
  )
})

describe('an arrow key', () => {
  it('is one step', () => expect(nudge(1, 1, linear)).toBe(1.05))

  it('always moves a whole number, though the logarithm is steep there', () => {
    expect(nudge(1, 1, log)).toBe(2)
    expect(nudge(2, -1, log)).toBe(1)
  })

  it('ends at the ends', () => {
    expect(nudge(3, 10, linear)).toBe(3)
    expect(nudge(1, -10, log)).toBe(1)
  })
})

it('snaps to steps from the least value', () =>
  expect(snap(0.37, { ...linear, min: 0.1, step: 0.2 })).toBe(0.3))
