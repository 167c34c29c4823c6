/**
 * `npm run guide` writes the chapters of docs/user-guide.md about parameters from the schema; `npm run guide -- --pictures` paints the
 * pairs that are missing first, and `--pictures styleScale seed` paints those again.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { guideText } from './guide/guide-text.ts'
import { paintPairs } from './guide/paint-pairs.ts'
import { buildApp } from './package/build-app.ts'
import { root } from './package/root.ts'

const { values, positionals } = parseArgs({
  options: { pictures: { type: 'boolean', default: false } },
  allowPositionals: true,
})
if (values.pictures) {
  await buildApp()
  await paintPairs(join(root, 'docs', 'images', 'guide'), positionals)
}
const guide = join(root, 'docs', 'user-guide.md')
writeFileSync(guide, await guideText(readFileSync(guide, 'utf8'), root))
