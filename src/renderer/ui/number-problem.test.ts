import { describe, expect, it } from 'vitest'
import { numberProblem } from './number-problem.ts'

const pixels = { min: 16, max: 8192, step: 1, unit: 'px' }

describe('numberProblem', () => {
  it('accepts a number in range', () => expect(numberProblem('512', pixels)).toBeNull())

  it('accepts an exponent', () =>
    expect(numberProblem('1e3', { min: 0, max: 1e12, step: null, unit: null })).toBeNull())

  it('gives the range when a number is missing or unreadable', () => {
    expect(numberProblem(' ', pixels)).toBe('Enter 16–8192 px.')
    expect(numberProblem('no number', pixels)).toBe('Enter 16–8192 px.')
  })

  it('gives the range when a number is outside it', () =>
    expect(numberProblem('9000', pixels)).toBe('Enter 16–8192 px.'))

  it('asks for a whole number where steps are whole', () =>
    expect(numberProblem('20.5', pixels)).toBe('Enter a whole number, 16–8192 px.'))

  it('abbreviates very large limits', () =>
    expect(numberProblem('-1', { min: 0, max: 1e12, step: null, unit: null })).toBe('Enter 0–1e12.'))
})
