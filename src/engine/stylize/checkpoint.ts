import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { liveWeights, type LiveWeights } from '../../shared/contract/engine.ts'
import { PasticheError } from '../../shared/errors.ts'
import { outputError } from '../image/output.ts'
import type { Size } from '../tensor/size.ts'

/** Everything that a run is, between two steps. */
export interface RunState {
  /** Of the job, the weights and the plan: a checkpoint continues only the run that it was taken from. */
  readonly fingerprint: string
  readonly scaleIndex: number
  readonly step: number
  /** Steps in all so far. */
  readonly totalStep: number
  /** Of the canvas. */
  readonly size: Size
  readonly elapsedMs: number
  /** Where the sliders stood; a job that is continued with others meets a new objective. */
  readonly sliders: LiveWeights
  /** Whether they have been moved since the last step. */
  readonly objective: 'no' | 'values' | 'layers'
  /** The optimizer's vector, in its space. */
  readonly vector: Float32Array
  readonly optimizer: Uint8Array
  readonly average: { readonly sum: Float32Array; readonly count: number } | null
}

/*
 * Bytes: "PSTCRUN2", the SHA-256 of the rest, the length of a JSON header (uint32, little-endian), the header, then
 * its sections one after the other.
 */
const magic = Buffer.from('PSTCRUN2')
const hashBytes = 32

/** A state as bytes, in parts: views of what it holds, nothing is copied. */
export function encodeRunState(state: RunState): Buffer[] {
  const { vector, optimizer, average, ...facts } = state
  const sections = [vector, optimizer, ...(average ? [average.sum] : [])].map(
    ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength),
  )
  const lengths = sections.map(({ length }) => length)
  const header = Buffer.from(JSON.stringify({ ...facts, averageCount: average?.count ?? null, lengths }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  const body = [length, header, ...sections]
  const hash = createHash('sha256')
  for (const part of body) hash.update(part)
  return [magic, hash.digest(), ...body]
}

interface Header extends Omit<RunState, 'vector' | 'optimizer' | 'average'> {
  readonly averageCount: number | null
  readonly lengths: readonly number[]
}

/** @throws PasticheError `state-damaged` for bytes that are foreign or damaged */
export function decodeRunState(bytes: Uint8Array): RunState {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const body = buffer.subarray(magic.length + hashBytes)
  const intact =
    buffer.subarray(0, magic.length).equals(magic) &&
    createHash('sha256')
      .update(body)
      .digest()
      .equals(buffer.subarray(magic.length, magic.length + hashBytes))
  if (!intact) throw damaged('an intact checkpoint', 'damaged or foreign bytes')
  try {
    return decodeBody(body)
  } catch {
    // The hash holds, so what follows is what encodeRunState wrote; but anybody can compute one.
    throw damaged('an intact checkpoint', 'damaged or foreign bytes')
  }
}

function decodeBody(body: Buffer): RunState {
  const headerEnd = 4 + body.readUInt32LE(0)
  const { averageCount, lengths, ...facts } = JSON.parse(body.subarray(4, headerEnd).toString()) as Header
  let offset = headerEnd
  const sections = lengths.map((length) => Uint8Array.from(body.subarray(offset, (offset += length))))
  const floats = (section: Uint8Array<ArrayBuffer>): Float32Array => new Float32Array(section.buffer)
  return {
    ...facts,
    sliders: liveWeights.parse(facts.sliders),
    vector: floats(sections[0]!),
    optimizer: sections[1]!,
    average: averageCount === null ? null : { sum: floats(sections[2]!), count: averageCount },
  }
}

/**
 * Writes a state whole or not at all: beside the target first, flushed, then renamed over it. At once, as the run goes on
 * in the same memory; in parts, as a state may be as large as all that is free.
 *
 * @throws PasticheError `output-not-writable`, `disk-full`
 */
export function writeRunState(path: string, state: RunState): void {
  const temporary = `${path}.part`
  try {
    // It holds the user's picture.
    const file = openSync(temporary, 'w', 0o600)
    try {
      for (const part of encodeRunState(state)) writeAll(file, part)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (thrown) {
    rmSync(temporary, { force: true })
    throw outputError(path, thrown)
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written)
}

/** @returns null where there is no checkpoint. @throws PasticheError `state-damaged` */
export async function readRunState(path: string): Promise<RunState | null> {
  try {
    // A pipe in its place would be waited for.
    if (!(await stat(path)).isFile()) throw damaged('a checkpoint', 'what is no file')
    return decodeRunState(await readFile(path))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    if (thrown instanceof PasticheError) throw thrown
    throw damaged('a readable checkpoint', (thrown as Error).message)
  }
}

export function damaged(expected: string, received: string): PasticheError {
  return new PasticheError('state-damaged', `Expected ${expected}, received ${received}.`)
}
