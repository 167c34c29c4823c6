import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { OptimizerState } from '../minimise/optimizers/optimizer.ts'
import type { ByteSource } from '../weights/byte-source.ts'
import { damaged, runFacts, type RunState } from '../methods/run-state.ts'

/*
 * Migration of checkpoints that the first edition wrote, all numbers little-endian:
 *   0  "PSTCRUN2", the SHA-256 of everything from byte 40 on
 *  40  length of the header, uint32; the header, JSON
 *   …  the vector; the state of the optimizer; the average where there is one
 * The state of the optimizer:
 *   0  "PstchOpt", version (1), CRC-32; each uint32
 *  16  length of the header, uint32; the header, JSON; the fields, which have no names
 */
const magic = 'PSTCRUN2'
const hashedFrom = 40

const runHeader = runFacts.extend({
  averageCount: z.number().int().nonnegative().nullable(),
  lengths: z.array(z.number().int().nonnegative()),
})
const optimizerHeader = z.object({
  optimizer: z.string(),
  fields: z.number().int().min(0).max(1000),
  scalars: z.record(z.string(), z.number()),
})

export async function isFirstEdition(file: ByteSource): Promise<boolean> {
  if (file.sizeBytes < hashedFrom) return false
  return Buffer.from(await file.read(0, magic.length)).toString('latin1') === magic
}

/** @throws PasticheError `state-damaged`, `weights-damaged` where the file is not as it was written */
export async function readFirstEdition(file: ByteSource): Promise<RunState> {
  const input = new HashedInput(file)
  const { averageCount, lengths: _, ...facts } = runHeader.parse(await input.json())
  const elements = 3 * facts.size.widthPx * facts.size.heightPx
  const vector = await input.floats(elements)
  const optimizer = await readOptimizer(input, elements)
  const average = averageCount === null ? null : { sum: await input.floats(elements), count: averageCount }
  await input.assertIntact()
  return { ...facts, vector, optimizer, average: average?.count ? average : null }
}

async function readOptimizer(input: HashedInput, elements: number): Promise<OptimizerState> {
  await input.bytes(16)
  const { optimizer, fields: count, scalars } = optimizerHeader.parse(await input.json())
  const fields: Record<string, Float32Array> = {}
  for (let i = 0; i < count; i++) fields[fieldName(optimizer, i)] = await input.floats(elements)
  return { optimizer, scalars, fields }
}

function fieldName(optimizer: string, index: number): string {
  if (optimizer !== 'lbfgs') return ['first', 'second'][index] ?? `field${index}`
  if (index < 2) return ['previousX', 'previousGradient'][index]!
  return `${index % 2 === 0 ? 's' : 'y'}${(index >> 1) - 1}`
}

/** Reads what the checksum covers, from its beginning to the end of the file. */
class HashedInput {
  readonly #file: ByteSource
  readonly #hash = createHash('sha256')
  #position = hashedFrom

  constructor(file: ByteSource) {
    this.#file = file
  }

  async bytes(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#file.read(this.#position, length)
    this.#hash.update(bytes)
    this.#position += length
    return bytes
  }

  async floats(count: number): Promise<Float32Array> {
    return new Float32Array((await this.bytes(4 * count)).buffer)
  }

  /** JSON behind its length. */
  async json(): Promise<unknown> {
    const length = new DataView((await this.bytes(4)).buffer).getUint32(0, true)
    return JSON.parse(new TextDecoder().decode(await this.bytes(length))) as unknown
  }

  async assertIntact(): Promise<void> {
    const expected = Buffer.from(await this.#file.read(magic.length, hashedFrom - magic.length))
    if (this.#position !== this.#file.sizeBytes || !this.#hash.digest().equals(expected))
      throw damaged('The saved progress is damaged. It does not match its checksum.')
  }
}
