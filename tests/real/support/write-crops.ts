import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCrop } from './real-crops.ts'

/** Writes the crops as raw bytes for references/real_features.py, with a list of their sizes and checksums. */
const folder = process.argv[2]!
const list: Record<string, { widthPx: number; heightPx: number; sha256: string }> = {}
for (const name of ['photo', 'painting'] as const) {
  const { bytes, widthPx, heightPx, sha256 } = await readCrop(name)
  writeFileSync(join(folder, `${name}.rgb`), bytes)
  list[name] = { widthPx, heightPx, sha256 }
}
writeFileSync(join(folder, 'crops.json'), JSON.stringify(list))
