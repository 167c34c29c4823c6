import { describe, expect, it } from 'vitest'
import { numberProblem } from './number-problem.ts'

const pixels = { min: 16, max: 8192, step: 1, unit: 'px' }

describe('a number as it is written', () => {
  it('is fine inside its range', () => expect(numberProblem('512', pixels)).toBeNull())

  it('may be written with an exponent', () =>
    expect(numberProblem('1e3', { min: 0, max: 1e12, step: null, unit: null })).toBeNull())

  it('tells its range where it is missing or none', () => {
    expect(numberProblem(' ', pixels)).toBe('Write a number from 16 to 8,192 px.')
    expect(numberProblem('no number', pixels)).toBe('Write a number from 16 to 8,192 px.')
  })

  it('repeats what is out of range', () =>
    expect(numberProblem('9000', pixels)).toBe('Write a number from 16 to 8,192 px, not 9,000.'))

  it('has to be whole where its steps are', () =>
    expect(numberProblem('20.5', pixels)).toBe('Write a whole number from 16 to 8,192 px.'))

  it('writes very large limits short', () =>
    expect(numberProblem('-1', { min: 0, max: 1e12, step: null, unit: null })).toBe(
      'Write a number from 0 to 1e12, not -1.',
    ))
})
