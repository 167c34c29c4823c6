import { describe, expect, it } from 'vitest'
import { toFloat32 } from './element-type.ts'

const bytes = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

describe('numbers of weight files', () => {
  it('reads half precision: normal, subnormal, infinite and no number', () => {
    const halves = new Uint16Array([0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x8000])
    const expected = [1, -2, 2 ** -24, 1023 * 2 ** -24, 65504, Infinity, -Infinity, NaN, -0]
    expect([...toFloat32(bytes(halves), 'float16')]).toEqual(expected)
  })

  it('reads bfloat16 as the upper half of float32', () => {
    expect([...toFloat32(bytes(new Uint16Array([0x3f80, 0xc049, 0x7f80])), 'bfloat16')]).toEqual([
      1,
      -3.140625,
      Infinity,
    ])
  })

  it('rounds double precision, to infinity where it does not fit', () => {
    expect([...toFloat32(bytes(new Float64Array([0.1, 1e300])), 'float64')]).toEqual([
      Math.fround(0.1),
      Infinity,
    ])
  })

  it('reads from any position, also odd ones', () => {
    const shifted = new Uint8Array([9, ...bytes(new Float32Array([1.5, -2]))]).subarray(1)
    expect([...toFloat32(shifted, 'float32')]).toEqual([1.5, -2])
  })

  it('refuses half a number, and integers', () => {
    expect(() => toFloat32(new Uint8Array(6), 'float32')).toThrow(
      '6 bytes do not hold whole numbers of 4 bytes.',
    )
    expect(() => toFloat32(new Uint8Array(8), 'int64')).toThrow(
      'The weights are stored as int64, not as floating-point numbers.',
    )
  })
})
