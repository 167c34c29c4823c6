import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { z } from 'zod'
import { PasticheError } from '../../shared/errors.ts'
import { errnoOf, outputError } from '../image/output.ts'
import { openBytes, type ByteSource } from '../weights/byte-source.ts'
import { openTensors, writeTensors, type TensorStream } from '../weights/safetensors-stream.ts'
import { elementCount, quoted } from '../weights/tensor-file.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { isFirstEdition, readFirstEdition } from './first-edition-checkpoint.ts'
import { damaged, runFacts, type RunState } from '../methods/run-state.ts'

// A checkpoint is one safetensors file: the numbers of the run in its metadata, and a tensor [3, height, width] for the vector, the
// average and each field of the optimizer.

const format = 'pastiche-checkpoint'
const version = '2'
const fieldPrefix = 'optimizer.'
const isDamaged = 'The saved progress is damaged.'

const metadataSchema = runFacts.extend({
  optimizer: z.object({ name: z.string(), scalars: z.record(z.string(), z.number()) }),
  averageCount: z.number().int().positive().nullable(),
})

/** Name of the file in which a checkpoint is written until it is whole. */
export const unfinishedName = (path: string): string => `${path}.part`

/**
 * Writes a checkpoint whole or not at all: to a file of its own, flushed, then renamed over the one before in one step. Whatever
 * happens meanwhile, there is one whole checkpoint under this name. Synchronous, from the memory of the run: no tensor is copied, and
 * none changes before it is written.
 *
 * @throws PasticheError `output-not-writable`, `disk-full`; the one before is then kept
 */
export function writeRunState(path: string, state: RunState): void {
  const unfinished = unfinishedName(path)
  try {
    // Only for its owner: it holds the user's picture.
    const file = openSync(unfinished, 'w', 0o600)
    try {
      writeTensors(file, tensorsOf(state), metadataOf(state))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(unfinished, path)
  } catch (thrown) {
    rmSync(unfinished, { force: true })
    throw outputError(path, thrown)
  }
}

function tensorsOf({ size, vector, average, optimizer }: RunState): Map<string, Tensor> {
  const shape = [3, size.heightPx, size.widthPx]
  const fields = Object.entries(optimizer.fields).map(([name, data]) => [fieldPrefix + name, data] as const)
  const all = [
    ['vector', vector] as const,
    ...(average ? [['average', average.sum] as const] : []),
    ...fields,
  ]
  return new Map(all.map(([name, data]) => [name, { shape, data }]))
}

function metadataOf({ vector: _, optimizer, average, ...facts }: RunState): Record<string, string> {
  const { optimizer: name, scalars } = optimizer
  const run: z.infer<typeof metadataSchema> = {
    ...facts,
    optimizer: { name, scalars },
    averageCount: average?.count ?? null,
  }
  return { format, version, run: JSON.stringify(run) }
}

/**
 * Reads a checkpoint tensor by tensor into arrays that the run takes over. Also reads those of the first edition.
 *
 * @returns null where there is none
 * @throws PasticheError `state-damaged` where a part is damaged, and says which; `out-of-memory`
 */
export async function readRunState(path: string): Promise<RunState | null> {
  let file: ByteSource | null = null
  try {
    file = await openBytes(path)
    return (await isFirstEdition(file))
      ? await readFirstEdition(file)
      : await readState(await openTensors(file))
  } catch (thrown) {
    const cause = thrown instanceof PasticheError ? thrown.cause : thrown
    if (errnoOf(cause) === 'ENOENT') return null
    throw readingError(thrown)
  } finally {
    await file?.close()
  }
}

async function readState({ metadata, shapes, read }: TensorStream): Promise<RunState> {
  if (metadata.get('format') !== format) throw damaged(`${isDamaged} It is the file of another program.`)
  if (metadata.get('version') !== version)
    throw damaged('The progress was saved by a newer version of Pastiche.')
  const { optimizer, averageCount, ...facts } = metadataSchema.parse(JSON.parse(metadata.get('run') ?? ''))
  const shape = [3, facts.size.heightPx, facts.size.widthPx]
  const readTensor = async (name: string): Promise<Float32Array> => {
    if (shapes.get(name)?.join() !== shape.join())
      throw damaged(`${isDamaged} ${quoted(name)} is missing, or has another size than the canvas.`)
    const target = new Float32Array(elementCount(shape)!)
    await read(name, target)
    return target
  }
  const vector = await readTensor('vector')
  const average = averageCount === null ? null : { sum: await readTensor('average'), count: averageCount }
  const fields: [name: string, field: Float32Array][] = []
  for (const name of shapes.keys())
    if (name.startsWith(fieldPrefix)) fields.push([name.slice(fieldPrefix.length), await readTensor(name)])
  const { name, scalars } = optimizer
  return {
    ...facts,
    vector,
    optimizer: { optimizer: name, scalars, fields: Object.fromEntries(fields) },
    average,
  }
}

function readingError(thrown: unknown): PasticheError {
  // Thrown for an array that is larger than the memory that is left.
  if (thrown instanceof RangeError)
    return new PasticheError('out-of-memory', 'There is too little memory to resume the job.', {
      cause: thrown,
    })
  if (thrown instanceof z.ZodError || thrown instanceof SyntaxError)
    return damaged(`${isDamaged} Its description is incomplete.`, thrown)
  if (!(thrown instanceof PasticheError))
    return damaged(`The saved progress cannot be read: ${errnoOf(thrown)}.`, thrown)
  if (thrown.code === 'state-damaged') return thrown
  const isOpen = thrown.code !== 'file-not-found'
  return damaged(`${isOpen ? isDamaged : 'The saved progress cannot be read.'} ${thrown.message}`, thrown)
}
