import { readFile } from 'node:fs/promises'
import { deserialize, serialize } from 'node:v8'
import writeFileAtomic from 'write-file-atomic'
import type { OptimizerState } from '../../src/engine/minimise/optimizers/optimizer.ts'
import type { Losses } from './trainer.ts'

export interface DistilRunOptions {
  readonly teacher: string
  readonly pictures: string
  readonly out: string
  readonly steps: number
  readonly rate: number
  readonly seed: number
  readonly canvases: number
  readonly threads: number
}

/** Losses of training since the line before, and of pictures that are kept apart. */
export interface LogLine {
  readonly step: number
  readonly trained: Losses
  readonly heldOut: Losses
}

/** Everything that a run needs to go on. */
export interface Checkpoint {
  readonly step: number
  readonly options: DistilRunOptions
  readonly student: Float32Array
  readonly variances: Readonly<Record<string, number>>
  readonly optimizer: OptimizerState
  readonly canvases: readonly Float32Array[]
  readonly pictureCount?: number
  readonly log: readonly LogLine[]
  readonly elapsedMs: number
}

/** @returns null where there is none */
export async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  try {
    return deserialize(await readFile(path)) as Checkpoint
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The file is there whole, or as it was. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeFileAtomic(path, serialize(checkpoint))
}
