import { expect, it } from 'vitest'
import { weightText } from './style-share.ts'

it('tells what share of the style a weight is', () =>
  expect(weightText(3, [{ weight: 3 }, { weight: 1 }])).toBe('3.00 · 75 %'))

it('does not divide by nothing where all weights are 0', () =>
  expect(weightText(0, [{ weight: 0 }, { weight: 0 }])).toBe('0.00 · 0 %'))
