import { describe, expect, it } from 'vitest'
import { findJsonFault, isTooDeep } from './plain-json.ts'

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

describe('a fault of JSON', () => {
  it('is none in plain values', () => {
    expect(findJsonFault({ a: [1, 'x', null, true, { b: -1.5 }] })).toBeNull()
    expect(findJsonFault(nested(32))).toBeNull()
  })

  it.each([
    ['nesting', nested(33), 'it is nested more than 32 levels deep'],
    ['nesting without end', nested(50_000), 'it is nested more than 32 levels deep'],
    ['a number that became Infinity', [[JSON.parse('1e999')]], 'it holds a number above 1.8e308'],
    ['the prototype', JSON.parse('{"a":[{"__proto__":1}]}'), 'it has a field named "__proto__"'],
  ])('is %s', (_, value: unknown, reason) => {
    expect(findJsonFault(value)).toBe(reason)
  })

  it('of depth is told from others', () => {
    expect(isTooDeep(nested(33))).toBe(true)
    expect(isTooDeep(JSON.parse('{"__proto__":1}'))).toBe(false)
  })
})
