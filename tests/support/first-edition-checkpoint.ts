import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { RunState } from '../../src/engine/methods/run-state.ts'

/** A checkpoint as the first edition wrote it; its layout is described where it is read. */
export function firstEditionCheckpoint({ vector, optimizer, average, ...facts }: RunState): Buffer {
  const sections = [bytesOf(vector), optimizerBytes(optimizer), ...(average ? [bytesOf(average.sum)] : [])]
  const lengths = sections.map(({ length }) => length)
  const header = Buffer.from(JSON.stringify({ ...facts, averageCount: average?.count ?? null, lengths }))
  const body = Buffer.concat([uint32(header.length), header, ...sections])
  return Buffer.concat([Buffer.from('PSTCRUN2'), createHash('sha256').update(body).digest(), body])
}

function optimizerBytes({ optimizer, scalars, fields }: RunState['optimizer']): Buffer {
  const data = Object.values(fields)
  const facts = { optimizer, size: data[0]?.length ?? 0, fields: data.length, scalars }
  const header = Buffer.from(JSON.stringify(facts))
  const checked = Buffer.concat([uint32(header.length), header, ...data.map(bytesOf)])
  return Buffer.concat([Buffer.from('PstchOpt'), uint32(1), uint32(crc32(checked)), checked])
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
