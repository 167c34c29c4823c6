import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { ModelStoreOptions } from '../../../src/host/models/model-store-options.ts'
import { ModelStore } from '../../../src/host/models/model-store.ts'
import { readStored } from '../../../src/host/models/stored-weights.ts'
import { readCanonical } from '../../../src/engine/weights/canonical.ts'
import type { ModelManifest } from '../../../src/shared/contract/models.ts'
import { slimEngine } from './fake-models.ts'
import { slimTables } from './slim-tables.ts'

/** Rests and time-outs as short as a test wants them. */
export const quick = {
  stallTimeoutMs: 2000,
  totalTimeoutMs: 20_000,
  retryBaseMs: 1,
  retryMaxMs: 5,
  maxFruitlessTries: 4,
  beatMs: 20,
  staleMs: 400,
  pollMs: 5,
  waitTimeoutMs: 10_000,
}

/** A store in a folder of its own, which goes after each test. */
export class TestStore {
  readonly folder = mkdtempSync(join(tmpdir(), 'pastiche-models-'))

  constructor() {
    afterEach(() => rmSync(this.folder, { recursive: true, force: true }))
  }

  open(manifest: ModelManifest, options: Partial<ModelStoreOptions> = {}): ModelStore {
    const { timings, ...rest } = options
    return new ModelStore({
      folder: this.folder,
      manifest,
      engine: slimEngine(),
      env: {},
      timings: { ...quick, ...timings },
      ...rest,
    })
  }

  /** Every file of the store, by its path in it. */
  get files(): string[] {
    return listFiles(this.folder)
  }

  part(id = 'vgg19-test'): Buffer | null {
    const path = join(this.folder, 'downloads', `${id}.part`)
    return existsSync(path) ? readFileSync(path) : null
  }

  /** As if an earlier run had left it. */
  putPart(bytes: Uint8Array, note?: string): void {
    const path = join(this.folder, 'downloads', 'vgg19-test.part')
    mkdirSync(join(this.folder, 'downloads'), { recursive: true })
    writeFileSync(path, bytes)
    if (note !== undefined) writeFileSync(`${path}.json`, note)
  }

  /** Changes one byte in the middle of a file. */
  corrupt(name: string): void {
    const path = join(this.folder, name)
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(path, bytes)
  }
}

export function listFiles(folder: string): string[] {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort()
}

/** Asserts the invariant of a store: each network is intact or absent. Returns those present. */
export async function assertValid(folder: string): Promise<string[]> {
  const there: string[] = []
  for (const network of ['vgg16', 'vgg19'] as const) {
    const path = join(folder, `${network}.safetensors`)
    const stored = await readStored(path, network)
    if (stored === null) continue
    if (stored.state === 'damaged') throw new Error(`A damaged ${network} is in the store.`)
    const whole = await readCanonical(path, slimTables)
    if (whole.network !== network || !whole.verified) throw new Error(`A wrong ${network} is in the store.`)
    there.push(network)
  }
  return there
}
