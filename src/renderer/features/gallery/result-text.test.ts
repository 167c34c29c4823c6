import { expect, it } from 'vitest'
import { shortDate } from './result-text.ts'

const now = new Date(2026, 10, 25, 15, 0)
const at = (...parts: [number, number, number, number?]): string => new Date(...parts).toISOString()

it('today and yesterday are told as such, by the calendar and not by 24 hours', () => {
  expect(shortDate(at(2026, 10, 25, 1), now)).toMatch(/^Today, /)
  expect(shortDate(at(2026, 10, 24, 23), now)).toMatch(/^Yesterday, /)
})

it('an earlier year is told with its number, this year without', () => {
  expect(shortDate(at(2025, 4, 2), now)).toContain('2025')
  expect(shortDate(at(2026, 4, 2), now)).not.toContain('2026')
})
