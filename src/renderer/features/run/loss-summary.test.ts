import { describe, expect, it } from 'vitest'
import { chartColumns, formatLoss, lossMarks, lossSentence, tableRows } from './loss-summary.ts'

const sample = (totalStep: number, total = 10 / totalStep) => ({
  totalStep,
  total,
  content: total / 2,
  style: total / 2,
  variation: 0,
})

describe('the chart', () => {
  it('has one column of steps and one for each part', () =>
    expect(chartColumns([sample(1), sample(2)])).toEqual([
      [1, 2],
      [10, 5],
      [5, 2.5],
      [5, 2.5],
      [null, null],
    ]))
})

describe('the marks of its axis', () => {
  it('are powers of ten over many of these', () =>
    expect(lossMarks(0.003, 500)).toEqual(
      [0.01, 0.1, 1, 10, 100].map((mark): unknown => expect.closeTo(mark)),
    ))

  it('are closer where the loss hardly moves', () =>
    expect(lossMarks(0.04, 0.6)).toEqual([0.05, 0.1, 0.2, 0.5].map((mark): unknown => expect.closeTo(mark))))
})

describe('the sentence', () => {
  it('tells how far the loss came', () =>
    expect(lossSentence([sample(1), sample(100)])).toBe(
      'Total loss went from 10 to 0.1 between steps 1 and 100.',
    ))

  it('is silent before there are two samples', () => expect(lossSentence([sample(1)])).toBeNull())
})

describe('the table', () => {
  const many = Array.from({ length: 1000 }, (_, i) => sample(i + 1))

  it('holds the first and the last', () =>
    expect(tableRows(many, 8).map(({ totalStep }) => totalStep)).toEqual([
      1, 144, 286, 429, 572, 715, 857, 1000,
    ]))

  it('holds all where there are few', () => expect(tableRows(many.slice(0, 3), 8)).toHaveLength(3))
})

it.each([
  [0, '0'],
  [0.031_24, '0.0312'],
  [1240.4, '1,240'],
  [31_234_567, '3.1e7'],
  [0.000_012, '1.2e-5'],
])('writes a loss of %d as %s', (value, text) => expect(formatLoss(value)).toBe(text))
