import { PasticheError } from '../../shared/errors.ts'

/** Bytes of one element of each number type that the weight formats know. */
export const elementBytes = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  boolean: 1,
} as const

export type ElementType = keyof typeof elementBytes

/**
 * Little-endian numbers as float32. What does not fit (float64 beyond 3.4e38) becomes infinite and is refused with
 * all other values that are not finite, where weights are put together.
 *
 * @throws PasticheError `weights-damaged` for half a number, `weights-unsupported` for integer types: no weight of a network is stored in them
 */
export function toFloat32(bytes: Uint8Array, type: ElementType): Float32Array {
  if (bytes.length % elementBytes[type] !== 0)
    throw new PasticheError(
      'weights-damaged',
      `${bytes.length} bytes do not hold whole numbers of ${elementBytes[type]} bytes.`,
    )
  switch (type) {
    case 'float32':
      // A copy, because the bytes may lie anywhere and a Float32Array only at multiples of 4.
      return new Float32Array(bytes.slice().buffer)
    case 'float64':
      return Float32Array.from(new Float64Array(bytes.slice().buffer))
    case 'float16':
      return Float32Array.from(new Uint16Array(bytes.slice().buffer), halfToNumber)
    case 'bfloat16':
      // The upper half of a float32 (bfloat16 is float32 without the lower 16 bits of the fraction).
      return new Float32Array(Uint32Array.from(new Uint16Array(bytes.slice().buffer), (v) => v << 16).buffer)
    case 'int64':
    case 'int32':
    case 'int16':
    case 'int8':
    case 'uint8':
    case 'boolean':
      throw new PasticheError(
        'weights-unsupported',
        `The weights are stored as ${type}, not as floating-point numbers.`,
      )
  }
}

/** IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 bits of fraction. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
