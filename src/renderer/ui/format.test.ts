import { describe, expect, it } from 'vitest'
import { formatBytes, formatDuration, formatEstimate, formatPercent, formatSize } from './format.ts'

describe('formatDuration', () => {
  it.each([
    [400, '0 s'],
    [59_400, '59 s'],
    [200_000, '3 min 20 s'],
    [3_725_000, '1 h 2 min'],
  ])('says %d ms as "%s"', (ms, text) => expect(formatDuration(ms)).toBe(text))

  it('never says a time below nothing', () => expect(formatDuration(-5000)).toBe('0 s'))
})

describe('formatEstimate', () => {
  it.each([
    [1200, 'a few seconds'],
    [23_000, 'about 25 s'],
    [58_000, 'about 1 min'],
    [185_000, 'about 3 min'],
    [7_300_000, 'about 2 h'],
    [8_200_000, 'about 2 h 15 min'],
  ])('rounds %d ms to "%s"', (ms, text) => expect(formatEstimate(ms)).toBe(text))
})

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [80_134_624, '80 MB'],
    [2_100_000_000, '2.1 GB'],
  ])('says %d bytes as "%s"', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
})

describe('formatPercent', () => {
  it('does not say 100 % before the end', () => expect(formatPercent(0.9999)).toBe('99 %'))
  it('stays within 0 and 100', () => {
    expect(formatPercent(-1)).toBe('0 %')
    expect(formatPercent(2)).toBe('100 %')
  })
})

it('parts thousands of pixels', () => expect(formatSize(6000, 400)).toBe('6,000 × 400 px'))
