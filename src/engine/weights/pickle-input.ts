import { PasticheError } from '../../shared/errors.ts'

const utf8 = new TextDecoder()

/** The operands of pickle's opcodes, read one after the other and never past the end. */
export class PickleInput {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  position: number

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.position = start
  }

  /** Moves on by `length` bytes and says where they begin. */
  skip(length: number): number {
    const start = this.position
    if (length > this.#bytes.length - start)
      throw new PasticheError('weights-damaged', 'The file ends too early, within its pickle.')
    this.position = start + length
    return start
  }

  byte(): number {
    return this.#view.getUint8(this.skip(1))
  }

  uint16(): number {
    return this.#view.getUint16(this.skip(2), true)
  }

  int32(): number {
    return this.#view.getInt32(this.skip(4), true)
  }

  uint32(): number {
    return this.#view.getUint32(this.skip(4), true)
  }

  /** Lengths only: above 2⁵³ they are not exact, and longer than any file. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.skip(8), true))
  }

  /** Big-endian, unlike all other numbers of a pickle. */
  float64(): number {
    return this.#view.getFloat64(this.skip(8))
  }

  /** A two's complement number of any length; as `number` where it fits exactly, null where it is too long for any use. */
  long(length: number): number | bigint | null {
    const start = this.skip(length)
    if (length > 64) return null
    let value = 0n
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[start + i]!)
    const signed = BigInt.asIntN(8 * length, value)
    const number = Number(signed)
    return Number.isSafeInteger(number) ? number : signed
  }

  utf8(length: number): string {
    return utf8.decode(this.#slice(length))
  }

  /** Text of Python 2. */
  latin1(length: number): string {
    return Buffer.from(this.#slice(length)).toString('latin1')
  }

  /** Text up to the end of the line, as GLOBAL writes names. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position)
    if (end < 0 || end - this.position > 1000)
      throw new PasticheError(
        'weights-damaged',
        'The pickle in the file is damaged: a name in it does not end.',
      )
    const text = this.utf8(end - this.position)
    this.skip(1)
    return text
  }

  protocol(): void {
    const version = this.byte()
    if (version < 2 || version > 5)
      throw new PasticheError(
        'weights-unsupported',
        `The file is a pickle of protocol ${version}; Pastiche reads 2 to 5. Save the weights again with torch.save.`,
      )
  }

  #slice(length: number): Uint8Array {
    const start = this.skip(length)
    return this.#bytes.subarray(start, start + length)
  }
}
