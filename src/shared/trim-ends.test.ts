import { describe, expect, it } from 'vitest'
import { trimEnd, trimEnds } from './trim-ends.ts'

describe('trimming', () => {
  it.each([
    ['https://a/b//', '/', 'https://a/b', 'https://a/b'],
    ['. name .', '. ', '. name', 'name'],
    ['---', '-', '', ''],
    ['', '/', '', ''],
    ['plain', '/', 'plain', 'plain'],
  ])('takes from %j what is one of %j', (text, characters, atEnd, atBoth) => {
    expect(trimEnd(text, characters)).toBe(atEnd)
    expect(trimEnds(text, characters)).toBe(atBoth)
  })
})
