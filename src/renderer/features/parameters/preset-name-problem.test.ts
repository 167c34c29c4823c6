import { expect, it } from 'vitest'
import { presetNameProblem } from './preset-name-problem.ts'

it('a name in any script will do, spaces around it do not matter', () => {
  expect(presetNameProblem('  Dicke Farbe ')).toBeNull()
  expect(presetNameProblem('厚塗り')).toBeNull()
})

it('an empty name is asked for rather than refused', () => {
  expect(presetNameProblem('   ')).toBe('Enter a name.')
})

it('a name of several lines or far too long is told', () => {
  expect(presetNameProblem('one\ntwo')).toContain('one line')
  expect(presetNameProblem('x'.repeat(101))).toContain('100 characters')
})
