import { describe, expect, it } from 'vitest'
import { readNumber, readPlain } from './read-number.ts'

describe('a plain number', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['-3', -3],
    ['1024', 1024],
    ['20.5', 20.5],
  ])('is read from %j', (text, value) => {
    expect(readPlain(text)).toBe(value)
  })

  it.each([
    '0x10',
    '0b11',
    '0o17',
    '1e2',
    '05',
    ' 5 ',
    '5 ',
    '+5',
    '5.',
    '1_000',
    '',
    'Infinity',
    'NaN',
    '٣',
    '５',
  ])('is not read from %j', (text) => {
    expect(readPlain(text)).toBe(text)
  })
})

describe('a number', () => {
  it.each([
    ['0.05', 0.05],
    ['.75', 0.75],
    ['1e8', 1e8],
    ['2.5e-4', 2.5e-4],
    ['-1', -1],
    ['12', 12],
  ])('is read from %j', (text, value) => {
    expect(readNumber(text)).toBe(value)
  })

  it.each(['0x10', '00.5', ' 1', '1.', '.', 'e5', '1,5', '1e', 'Infinity', ''])(
    'is not read from %j',
    (text) => {
      expect(readNumber(text)).toBe(text)
    },
  )
})
