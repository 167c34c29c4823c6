import { expect, it } from 'vitest'
import { checkSegments, segmentsOf } from './segments.ts'

it('Segments of tensors lie one after the other, as long as their shapes say', () => {
  expect(segmentsOf(Object.entries({ kernel: [4, 3, 3, 3], bias: [4], scalar: [] }))).toEqual([
    { name: 'kernel', offset: 0, length: 108 },
    { name: 'bias', offset: 108, length: 4 },
    { name: 'scalar', offset: 112, length: 1 },
  ])
})

it('Segments with a hole, an overlap, or another length than the vector are refused', () => {
  const two = (offset: number) => [
    { name: 'a', offset: 0, length: 2 },
    { name: 'b', offset, length: 1 },
  ]
  checkSegments(two(2), 3)
  expect(() => checkSegments(two(3), 4)).toThrow('The segment b begins at 3 instead of 2.')
  expect(() => checkSegments(two(1), 2)).toThrow('The segment b begins at 1 instead of 2.')
  for (const size of [2, 4])
    expect(() => checkSegments(two(2), size)).toThrow(`The segments have 3 elements, the vector has ${size}.`)
})
