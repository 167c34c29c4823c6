import { expect, it } from 'vitest'
import { Moments } from './moments.ts'

it('A rescale resamples both moments by their kind, cuts the second off at zero and keeps the step counter', () => {
  const moments = new Moments(0.9, 0.99, 2)
  moments.update(Float32Array.of(1, -2))
  moments.update(Float32Array.of(1, -2))
  const corrections = [moments.firstCorrection, moments.secondCorrection]
  const kinds: string[] = []
  moments.rescale(3, (field, kind) => {
    kinds.push(kind)
    return Float32Array.of(field[0]!, -5, field[1]!)
  })
  expect(kinds).toEqual(['signed', 'non-negative'])
  expect([...moments.first].map((m) => m.toFixed(4))).toEqual(['0.1900', '-5.0000', '-0.3800'])
  expect([...moments.second].map((v) => v.toFixed(4))).toEqual(['0.0199', '0.0000', '0.0796'])
  expect([moments.firstCorrection, moments.secondCorrection]).toEqual(corrections)
})

it('A resampler that gives the wrong size is told so', () => {
  const moments = new Moments(0.9, 0.99, 2)
  moments.update(Float32Array.of(1, -2))
  expect(() => moments.rescale(3, (field) => field)).toThrow(
    'Expected a field resampled to 3 elements, received 2.',
  )
})

it('Moments of a run that has not begun take no memory, and have the size of the canvas that it begins with', () => {
  const moments = new Moments(0.9, 0.99, 2)
  moments.rescale(3, () => {
    throw new Error('Nothing is there to be resampled.')
  })
  expect([moments.size, moments.stateBytes]).toEqual([3, 0])
  moments.update(Float32Array.of(1, -2, 0))
  expect(moments.first).toHaveLength(3)
})
