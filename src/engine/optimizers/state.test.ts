import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeState, encodeState, stateScalar } from './state.ts'

const expected = { optimizer: 'adam', size: 2 }

it('A state comes back exactly, scalars as doubles and fields as floats', () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
  const field = fc
    .tuple(fc.float({ noNaN: true }), fc.float({ noNaN: true }))
    .map((pair) => Float32Array.of(...pair))
  fc.assert(
    fc.property(double, fc.array(field, { maxLength: 4 }), (value, fields) => {
      const state = { ...expected, scalars: { value }, fields }
      expect(decodeState(encodeState(state), expected)).toEqual(state)
    }),
  )
})

it('A state can be read from the middle of a larger buffer', () => {
  const bytes = encodeState({ ...expected, scalars: {}, fields: [Float32Array.of(1, 2)] })
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  expect(decodeState(shifted.subarray(3), expected).fields).toEqual([Float32Array.of(1, 2)])
})

it('Foreign bytes are refused', () => {
  expect(() => decodeState(new TextEncoder().encode('{"adam": "no such thing"}'), expected)).toThrow(
    'Expected saved optimizer state with its signature, received 25 bytes without it.',
  )
  expect(() => decodeState(new Uint8Array(0), expected)).toThrow('received 0 bytes without it')
})

it('Another version is refused by its number', () => {
  const bytes = encodeState({ ...expected, scalars: {}, fields: [] })
  bytes[8] = 7
  expect(() => decodeState(bytes, expected)).toThrow('with version 1, received version 7.')
})

it('A length that does not fit the header is refused, though the checksum fits', () => {
  const bytes = new Uint8Array([...encodeState({ ...expected, scalars: {}, fields: [] }), 0, 0, 0, 0])
  new DataView(bytes.buffer).setUint32(12, crc32(bytes.subarray(16)), true)
  expect(() => decodeState(bytes, expected)).toThrow(
    `with ${bytes.length - 4} bytes, received ${bytes.length}.`,
  )
})

it('A scalar that is not there is named', () => {
  expect(() => stateScalar({ ...expected, scalars: {}, fields: [] }, 'steps')).toThrow(
    'a number named steps, received undefined',
  )
})
