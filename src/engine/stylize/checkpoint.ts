import { createHash } from 'node:crypto'
import { PasticheError } from '../../shared/errors.ts'

/** Everything that a run is, between two steps. */
export interface RunState {
  /** Of the job, the weights and the plan: a checkpoint continues only the run that it was taken from. */
  readonly fingerprint: string
  readonly scaleIndex: number
  readonly step: number
  /** The optimizer's vector, in its space. */
  readonly vector: Float32Array
  readonly optimizer: Uint8Array
  readonly average: { readonly sum: Float32Array; readonly count: number } | null
}

/*
 * Bytes: "PSTCRUN1", the SHA-256 of the rest, the length of a JSON header (uint32, little-endian), the header, then
 * its sections one after the other.
 */
const magic = Buffer.from('PSTCRUN1')
const hashBytes = 32

export function encodeRunState(state: RunState): Uint8Array {
  const sections = [state.vector, state.optimizer, ...(state.average ? [state.average.sum] : [])].map(
    ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength),
  )
  const header = Buffer.from(
    JSON.stringify({
      fingerprint: state.fingerprint,
      scaleIndex: state.scaleIndex,
      step: state.step,
      averageCount: state.average?.count ?? null,
      lengths: sections.map(({ length }) => length),
    }),
  )
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  const body = Buffer.concat([length, header, ...sections])
  return Buffer.concat([magic, createHash('sha256').update(body).digest(), body])
}

/** @throws PasticheError `state-damaged` for bytes that are foreign, damaged, or of another run */
export function decodeRunState(bytes: Uint8Array, fingerprint: string): RunState {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const body = buffer.subarray(magic.length + hashBytes)
  const intact =
    buffer.subarray(0, magic.length).equals(magic) &&
    createHash('sha256')
      .update(body)
      .digest()
      .equals(buffer.subarray(magic.length, magic.length + hashBytes))
  if (!intact) throw damaged('an intact checkpoint', 'damaged or foreign bytes')
  // The hash holds, so what follows is what encodeRunState wrote.
  const headerEnd = 4 + body.readUInt32LE(0)
  const header = JSON.parse(body.subarray(4, headerEnd).toString()) as {
    fingerprint: string
    scaleIndex: number
    step: number
    averageCount: number | null
    lengths: number[]
  }
  if (header.fingerprint !== fingerprint) throw damaged('a checkpoint of this job', 'one of another job')
  let offset = headerEnd
  const sections = header.lengths.map((length) => Uint8Array.from(body.subarray(offset, (offset += length))))
  const floats = (section: Uint8Array<ArrayBuffer>): Float32Array => new Float32Array(section.buffer)
  return {
    fingerprint,
    scaleIndex: header.scaleIndex,
    step: header.step,
    vector: floats(sections[0]!),
    optimizer: sections[1]!,
    average: header.averageCount === null ? null : { sum: floats(sections[2]!), count: header.averageCount },
  }
}

function damaged(expected: string, received: string): PasticheError {
  return new PasticheError('state-damaged', `Expected ${expected}, received ${received}.`)
}
