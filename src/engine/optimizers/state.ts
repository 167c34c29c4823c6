import { crc32 } from 'node:zlib'
import { PasticheError } from '../../shared/errors.ts'

/** What an optimizer remembers between two steps. */
export interface OptimizerState {
  readonly optimizer: string
  /** Elements of the canvas, and of each field. */
  readonly size: number
  readonly scalars: Readonly<Record<string, number>>
  readonly fields: readonly Float32Array[]
}

/*
 * Bytes, all numbers little-endian (as every platform that the engine runs on):
 *   0  magic "PstchOpt"
 *   8  version, uint32
 *  12  CRC-32 of everything from byte 16 on, uint32
 *  16  length of the header in bytes, uint32
 *  20  header, UTF-8 JSON: { optimizer, size, fields: how many, scalars }
 *   …  the fields, float32, one after the other
 * JSON keeps a double exactly: its shortest decimal form reads back as the same number (ECMA-262, Number::toString).
 */
const magic = new TextEncoder().encode('PstchOpt')
const version = 1
const checkedFrom = 16
const headerFrom = 20

export function encodeState({ optimizer, size, scalars, fields }: OptimizerState): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify({ optimizer, size, fields: fields.length, scalars }))
  const bytes = new Uint8Array(headerFrom + header.length + fields.length * size * 4)
  const view = new DataView(bytes.buffer)
  bytes.set(magic)
  view.setUint32(8, version, true)
  view.setUint32(16, header.length, true)
  bytes.set(header, headerFrom)
  let offset = headerFrom + header.length
  for (const field of fields) {
    bytes.set(new Uint8Array(field.buffer, field.byteOffset, field.byteLength), offset)
    offset += size * 4
  }
  view.setUint32(12, crc32(bytes.subarray(checkedFrom)), true)
  return bytes
}

/**
 * @param expected the optimizer and the size that the state must be of.
 * @throws PasticheError `state-damaged` for bytes that are foreign, damaged, or of another optimizer or size.
 */
export function decodeState(
  bytes: Uint8Array,
  expected: { readonly optimizer: string; readonly size: number },
): OptimizerState {
  const header = decodeHeader(bytes)
  if (header.optimizer !== expected.optimizer) {
    throw damaged(`state of ${expected.optimizer}`, `state of ${header.optimizer}`)
  }
  if (header.size !== expected.size) throw damaged(`${expected.size} elements`, `${header.size}`)
  const fieldBytes = header.size * 4
  if (bytes.length !== header.end + header.fields * fieldBytes) {
    throw damaged(`${header.end + header.fields * fieldBytes} bytes`, `${bytes.length}`)
  }
  const fields = Array.from({ length: header.fields }, (_, index) => {
    const start = header.end + index * fieldBytes
    // Copied, because a view would need an aligned offset.
    return new Float32Array(bytes.slice(start, start + fieldBytes).buffer)
  })
  return { optimizer: header.optimizer, size: header.size, scalars: header.scalars, fields }
}

/** @throws PasticheError `state-damaged` where the state does not have this scalar. */
export function stateScalar(state: OptimizerState, name: string): number {
  const value = state.scalars[name]
  if (typeof value !== 'number') throw damaged(`a number named ${name}`, String(value))
  return value
}

/** @throws PasticheError `state-damaged` where the state does not have so many fields. */
export function expectFields(state: OptimizerState, count: number): void {
  if (state.fields.length !== count) throw damaged(`${count} fields`, `${state.fields.length}`)
}

export function damaged(expected: string, received: string): PasticheError {
  return new PasticheError(
    'state-damaged',
    `Expected saved optimizer state with ${expected}, received ${received}.`,
  )
}

interface Header {
  readonly optimizer: string
  readonly size: number
  readonly fields: number
  readonly scalars: Record<string, number>
  /** Where the fields begin. */
  readonly end: number
}

function decodeHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < headerFrom || !magic.every((byte, index) => bytes[index] === byte)) {
    throw damaged('its signature', `${bytes.length} bytes without it`)
  }
  const receivedVersion = view.getUint32(8, true)
  if (receivedVersion !== version) throw damaged(`version ${version}`, `version ${receivedVersion}`)
  if (view.getUint32(12, true) !== crc32(bytes.subarray(checkedFrom))) {
    throw damaged('its own checksum', 'another one')
  }
  const end = headerFrom + view.getUint32(16, true)
  const text = new TextDecoder().decode(bytes.subarray(headerFrom, end))
  try {
    return { ...(JSON.parse(text) as Omit<Header, 'end'>), end }
  } catch {
    // The checksum holds, so what follows is what encodeState wrote; but anybody can compute one.
    throw damaged('its own header', 'another one')
  }
}
