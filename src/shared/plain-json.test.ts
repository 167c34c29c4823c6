import { describe, expect, it } from 'vitest'
import { maxJsonDepth, parsePlainJson } from './plain-json.ts'

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('parsePlainJson', () => {
  it('gives plain documents back', () => {
    expect(parsePlainJson('{"a":[1,{"b":null}]}')).toEqual({ a: [1, { b: null }] })
    expect(parsePlainJson(nested(maxJsonDepth))).toHaveLength(1)
  })

  it.each([
    ['nested so deep that nothing could walk or write it', nested(200_000)],
    ['nested one level too deep', `{"a":${nested(maxJsonDepth)}}`],
    ['with a number beyond all numbers', '{"steps":1e999}'],
    ['with a field that reaches for the prototype', '{"a":{"__proto__":{"b":1}}}'],
    ['that is no JSON', '{"a":'],
  ])('refuses a document %s', (_what, text) => {
    expect(() => parsePlainJson(text)).toThrow(SyntaxError)
  })
})
