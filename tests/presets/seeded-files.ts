import { networkLayers } from '../../src/engine/models/index.ts'
import { seededWeights } from '../../src/engine/models/seeded.ts'
import { buildCanonical, writeCanonical } from '../../src/engine/weights/canonical.ts'
import type { NetworkTables } from '../../src/engine/weights/recognise.ts'
import { preprocessings } from '../../src/engine/models/network-weights.ts'
import type { PublishedNetworkId, WeightFamily } from '../../src/shared/contract/models.ts'

/** Writes a canonical file with weights from a seed, at full size unless other tables are given. */
export async function writeSeeded(
  path: string,
  network: PublishedNetworkId,
  family: WeightFamily,
  tables: NetworkTables = networkLayers,
): Promise<string> {
  const { tensors } = seededWeights(tables[network], 1, preprocessings[family])
  const origin = { network, family, origin: 'seeded', sourceSha256: '0'.repeat(64), verified: false }
  const fill = (name: string, target: { data: Float32Array }): Promise<void> => {
    target.data.set(tensors.get(name)!.data)
    return Promise.resolve()
  }
  await writeCanonical(path, await buildCanonical(origin, fill, tables))
  return path
}
