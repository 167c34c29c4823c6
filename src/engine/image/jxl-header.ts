import type { Size } from '../tensor/size.ts'

/** First fields of a JPEG XL codestream (ISO/IEC 18181-1, annex D). */
export interface JxlHeader extends Size {
  /** Width and height are those of the upright picture. */
  readonly hasAlpha: boolean
}

class Bits {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Least significant bit first. @throws RangeError at the end of the bytes */
  take(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3]
      if (byte === undefined) throw new RangeError('the header ends too early')
      value += ((byte >> (this.#at & 7)) & 1) * 2 ** i
    }
    return value
  }

  flag(): boolean {
    return this.take(1) === 1
  }

  /** U32 of the standard: one of four distributions, each an offset and a number of bits. */
  choose(...ways: readonly (readonly [offset: number, bits: number])[]): number {
    const [offset, bits] = ways[this.take(2)]!
    return offset + this.take(bits)
  }
}

/** Width by height, of the ratios that need no width. */
const ratios = [null, [1, 1], [12, 10], [4, 3], [3, 2], [16, 9], [5, 4], [2, 1]] as const

function readSize(bits: Bits): Size {
  const isSmall = bits.flag()
  const side = (): number =>
    isSmall ? (1 + bits.take(5)) * 8 : 1 + bits.choose([0, 9], [0, 13], [0, 18], [0, 30])
  const heightPx = side()
  const ratio = ratios[bits.take(3)] ?? null
  return { heightPx, widthPx: ratio === null ? side() : Math.floor((heightPx * ratio[0]) / ratio[1]) }
}

function skipPreview(bits: Bits): void {
  const isSmall = bits.flag()
  const side = (): number =>
    isSmall
      ? bits.choose([16, 0], [32, 0], [1, 5], [33, 9])
      : bits.choose([1, 6], [65, 8], [321, 10], [1345, 12])
  side()
  if (bits.take(3) === 0) side()
}

function skipAnimation(bits: Bits): void {
  bits.choose([100, 0], [1000, 0], [1, 10], [1, 30])
  bits.choose([1, 0], [1001, 0], [1, 8], [1, 10])
  bits.choose([0, 0], [0, 3], [0, 16], [0, 32])
  bits.take(1)
}

/** @returns the orientation, 1 to 8 as in EXIF */
function readExtraFields(bits: Bits): number {
  const orientation = 1 + bits.take(3)
  if (bits.flag()) readSize(bits)
  if (bits.flag()) skipPreview(bits)
  if (bits.flag()) skipAnimation(bits)
  return orientation
}

function skipBitDepth(bits: Bits): void {
  if (bits.flag()) {
    bits.choose([32, 0], [16, 0], [24, 0], [1, 6])
    bits.take(4)
  } else {
    bits.choose([8, 0], [10, 0], [12, 0], [1, 6])
  }
}

/** Kind 0 of an extra channel is alpha; the simplest description of one stands for it too. Only the first one is checked. */
function readHasAlpha(bits: Bits): boolean {
  bits.take(1)
  const count = bits.choose([0, 0], [1, 0], [2, 4], [1, 12])
  if (count === 0) return false
  if (bits.flag()) return true
  const kind = bits.choose([0, 0], [1, 0], [2, 4], [18, 6])
  return kind === 0 || count > 1
}

/** @throws RangeError */
export function readJxlHeader(codestream: Uint8Array): JxlHeader {
  if (codestream[0] !== 0xff || codestream[1] !== 0x0a) throw new RangeError('no codestream')
  const bits = new Bits(codestream.subarray(2))
  const stored = readSize(bits)
  if (bits.flag()) return { ...stored, hasAlpha: false }
  const orientation = bits.flag() ? readExtraFields(bits) : 1
  skipBitDepth(bits)
  const hasAlpha = readHasAlpha(bits)
  if (orientation < 5) return { ...stored, hasAlpha }
  return { widthPx: stored.heightPx, heightPx: stored.widthPx, hasAlpha }
}
