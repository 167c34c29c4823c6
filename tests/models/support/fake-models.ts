import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededWeights } from '../../../src/engine/models/seeded.ts'
import type { NetworkTables } from '../../../src/engine/weights/recognise.ts'
import { importWeights, inspectWeights, verifyWeights } from '../../../src/engine/weights/weights-files.ts'
import { preprocessings } from '../../../src/engine/models/network-weights.ts'
import type { WeightsEngine } from '../../../src/host/models/model-store-options.ts'
import { modelManifest } from '../../../src/shared/contract/models.ts'
import type { ModelEntry, ModelManifest, PublishedNetworkId } from '../../../src/shared/contract/models.ts'
import { writeSafetensors } from '../../support/weight-files.ts'
import { renamed, torchvisionNames } from '../../support/weight-names.ts'
import { slimTables } from './slim-tables.ts'

/** A weights file as torchvision names its tensors. */
export function slimFile(network: PublishedNetworkId, seed = 1): Buffer<ArrayBuffer> {
  const folder = mkdtempSync(join(tmpdir(), 'pastiche-slim-'))
  const path = join(folder, 'weights.safetensors')
  const { tensors } = seededWeights(slimTables[network], seed, preprocessings.none)
  writeSafetensors(path, renamed(tensors, torchvisionNames(slimTables[network])))
  const bytes = readFileSync(path)
  rmSync(folder, { recursive: true })
  return bytes
}

export function checksum(algorithm: 'sha256' | 'md5', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex')
}

/** A published model of these bytes. */
export function entryOf(bytes: Uint8Array, change: Partial<ModelEntry> = {}): ModelEntry {
  return {
    id: 'vgg19-test',
    name: 'VGG19 (test)',
    network: 'vgg19',
    family: 'torchvision',
    format: 'safetensors',
    urls: [],
    bytes: bytes.length,
    sha256: checksum('sha256', bytes),
    recommended: true,
    licence: { name: 'MIT', url: 'https://example.org/licence' },
    attribution: 'Nobody',
    ...change,
  }
}

export function manifestOf(...models: ModelEntry[]): ModelManifest {
  return modelManifest.parse({ schema: 1, models })
}

/** The engine's way with weights files, in this process and for slim networks. */
export function slimEngine(tables: NetworkTables = slimTables): WeightsEngine {
  const methods = {
    inspectWeights: (input: Parameters<typeof inspectWeights>[0]) => inspectWeights(input, tables),
    importWeights: (input: Parameters<typeof importWeights>[0]) => importWeights(input, tables),
    verifyWeights: (input: Parameters<typeof verifyWeights>[0]) => verifyWeights(input, tables),
  }
  return {
    call: (method, input) => (methods[method] as (input: unknown) => Promise<never>)(input),
  }
}
