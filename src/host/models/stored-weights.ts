import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { canonicalMetadata, factsOfMetadata } from '../../shared/contract/models.ts'
import type { PublishedNetworkId, WeightsFacts } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'
import { appPaths } from '../app-paths.ts'
import { openPlainFile } from '../files/plain-file.ts'
import { compactFile } from '../resolve-weights.ts'

/** A network's file in the store, as its header tells it. */
export type StoredWeights =
  | { readonly state: 'ready'; readonly path: string; readonly bytes: number; readonly facts: WeightsFacts }
  /** There is a file, but not one that Pastiche wrote, or not all of it. */
  | { readonly state: 'damaged'; readonly path: string; readonly bytes: number }

/** Ours have 4 kB. */
const maxHeaderBytes = 1_000_000
const tensorEntry = z.object({ data_offsets: z.tuple([z.number(), z.number()]) })

/**
 * Reads the header of a canonical file (safetensors: its length in 8 bytes, then JSON, then the tensors) and checks that the
 * file is as long as that says; the engine checks the rest when it reads it. Null where there is no file.
 */
export async function readStored(path: string, network: PublishedNetworkId): Promise<StoredWeights | null> {
  let file: FileHandle | null
  try {
    file = await openPlainFile(path)
  } catch (thrown) {
    // Anything but a file isn't ours; a file that the system refuses now may be readable later.
    if (thrown instanceof PasticheError && thrown.cause === undefined)
      return { state: 'damaged', path, bytes: 0 }
    throw thrown
  }
  if (file === null) return null
  try {
    const bytes = (await file.stat()).size
    try {
      const facts = await readFacts(file, bytes)
      if (facts.network === network) return { state: 'ready', path, bytes, facts }
    } catch {
      // Whatever it is, it is none of ours.
    }
    return { state: 'damaged', path, bytes }
  } finally {
    await file.close()
  }
}

/** Checksum of the numbers of compact, from its file; the engine compares it when it reads them. */
export async function compactChecksum(): Promise<string> {
  const path = compactFile(appPaths().resources)
  try {
    const file = await open(path, 'r')
    try {
      const { header } = await readHeader(file)
      return z.object({ data_sha256: z.string() }).parse(header['__metadata__']).data_sha256
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new PasticheError('weights-damaged', `The built-in network is damaged: ${path}.`, {
      cause,
      hint: 'Reinstall Pastiche.',
    })
  }
}

async function readHeader(file: FileHandle): Promise<{ length: number; header: Record<string, unknown> }> {
  const length = Number((await readBytes(file, 0, 8)).readBigUInt64LE())
  if (length > maxHeaderBytes) throw new RangeError('The header is too long.')
  const text = (await readBytes(file, 8, length)).toString('utf8')
  return { length, header: z.record(z.string(), z.unknown()).parse(JSON.parse(text)) }
}

async function readFacts(file: FileHandle, sizeBytes: number): Promise<WeightsFacts> {
  const { length, header } = await readHeader(file)
  const { __metadata__: metadata, ...tensors } = header
  const ends = Object.values(tensors).map((tensor) => tensorEntry.parse(tensor).data_offsets[1])
  if (8 + length + Math.max(...ends) !== sizeBytes) throw new RangeError('The file has another length.')
  return factsOfMetadata(canonicalMetadata.parse(metadata))
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  if (bytesRead !== length) throw new RangeError('The file is too short.')
  return buffer
}
