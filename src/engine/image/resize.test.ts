import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import reference from '../../../tests/references/resize.json' with { type: 'json' }
import { fitLongSide, resizePlanes } from './resize.ts'
import type { ResizeFilter } from './resize.ts'

const filters = ['bilinear', 'bicubic', 'lanczos3'] as const
const size = (widthPx: number, heightPx: number): { widthPx: number; heightPx: number } => ({
  widthPx,
  heightPx,
})
const side = fc.integer({ min: 1, max: 40 })

describe('resizePlanes', () => {
  const source = Float32Array.from(
    { length: reference.widthPx * reference.heightPx },
    (_, i) => ((29 * i + 7) % 64) / 64,
  )
  it.each(reference.cases)('agrees with Pillow: $filter to $widthPx × $heightPx', (expected) => {
    const resized = resizePlanes(source, 1, reference, expected, expected.filter as ResizeFilter)
    expect(resized).toHaveLength(expected.values.length)
    expected.values.forEach((value, i) => expect(resized[i]).toBeCloseTo(value, 5))
  })

  it('keeps a flat plane flat, edges included', () => {
    fc.assert(
      fc.property(side, side, side, side, fc.constantFrom(...filters), (w, h, toW, toH, filter) => {
        const resized = resizePlanes(new Float32Array(w * h).fill(0.7), 1, size(w, h), size(toW, toH), filter)
        expect(resized).toHaveLength(toW * toH)
        expect(resized.every((value) => Math.abs(value - 0.7) < 1e-6)).toBe(true)
      }),
    )
  })

  it('returns the same values at the same size', () => {
    const planes = Float32Array.from({ length: 3 * 7 * 5 }, (_, i) => Math.sin(i))
    for (const filter of filters)
      expect(resizePlanes(planes, 3, size(7, 5), size(7, 5), filter)).toEqual(planes)
  })

  it('keeps channels apart', () => {
    const planes = Float32Array.from({ length: 2 * 12 }, (_, i) => (i < 12 ? 0 : 1))
    const resized = resizePlanes(planes, 2, size(4, 3), size(3, 2), 'bilinear')
    expect([...resized]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
  })

  it('removes a pattern that the smaller picture cannot show', () => {
    const stripes = Float32Array.from({ length: 64 * 4 }, (_, i) => i & 1)
    for (const filter of filters) {
      const shrunk = resizePlanes(stripes, 1, size(64, 4), size(8, 4), filter)
      expect(Math.max(...shrunk.map((value) => Math.abs(value - 0.5)))).toBeLessThan(0.05)
    }
  })

  it('names both sizes when the planes have another length', () => {
    expect(() => resizePlanes(new Float32Array(5), 3, size(2, 2), size(1, 1), 'bicubic')).toThrow(
      '5 values do not make 3 planes of 2 × 2.',
    )
  })
})

describe('fitLongSide', () => {
  it.each([
    ['a landscape', size(4000, 3000), 400, size(400, 300)],
    ['a portrait', size(3000, 4000), 400, size(300, 400)],
    ['a line, never thinner than a pixel', size(1000, 1), 10, size(10, 1)],
    ['a smaller picture, never enlarged', size(30, 20), 400, size(30, 20)],
    ['a fraction, rounded', size(1000, 667), 100, size(100, 67)],
  ])('fits %s', (_, from, longSidePx, expected) => {
    expect(fitLongSide(from, longSidePx)).toEqual(expected)
  })
})
