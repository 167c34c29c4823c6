import { closeSync, openSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { createRandom } from '../../src/engine/random.ts'
import type { RunState } from '../../src/engine/methods/run-state.ts'
import { safetensorsHeader } from '../../src/engine/weights/safetensors.ts'

/** The state of a run with Adam, of random numbers. */
export function makeRunState(seed: number, size: RunState['size'] = { widthPx: 2, heightPx: 1 }): RunState {
  const random = createRandom(seed)
  const tensor = (): Float32Array =>
    Float32Array.from({ length: 3 * size.widthPx * size.heightPx }, () => random.normal())
  return {
    ...{ fingerprint: 'f', scaleIndex: 1, step: 3, totalStep: 9, size, elapsedMs: 1234.5 },
    sliders: { contentWeight: 0.5, styleLayers: { relu1_1: 2 } },
    objective: 'no',
    vector: tensor(),
    optimizer: { optimizer: 'adam', scalars: { steps: 9 }, fields: { first: tensor(), second: tensor() } },
    average: { sum: tensor(), count: 4 },
  }
}

/** Writes a checkpoint of a canvas of 10,000 MP, which no memory holds: a sparse file, 120 GB in name only. */
export function hugeCheckpoint(path: string): void {
  const side = 100_000
  const { vector: _, optimizer, average: __, ...facts } = makeRunState(1)
  const run = {
    ...{ ...facts, size: { widthPx: side, heightPx: side } },
    ...{ optimizer: { name: 'adam', scalars: optimizer.scalars }, averageCount: null },
  }
  const metadata = { format: 'pastiche-checkpoint', version: '2', run: JSON.stringify(run) }
  const header = safetensorsHeader(
    [
      ['vector', [3, side, side]],
      ['crc32', [2], 'int32'],
    ],
    metadata,
  )
  const checksumsAt = header.length + 4 * 3 * side ** 2
  const file = openSync(path, 'w')
  writeSync(file, header)
  writeSync(file, Uint32Array.of(crc32(header), 0), 0, 8, checksumsAt)
  closeSync(file)
}
