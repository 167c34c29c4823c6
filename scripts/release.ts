/** `npm run release:tag -- v1.2.3` checks a tag; `npm run release:notes -- v1.2.3` prints what CHANGELOG.md says of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readAppVersion } from '../src/host/index.ts'
import { notesOf, versionOfTag } from './package/changelog.ts'
import { root } from './package/root.ts'

const [what, tag = ''] = process.argv.slice(2)
try {
  const version = versionOfTag(tag, readAppVersion())
  if (what === 'notes') console.log(notesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version))
} catch (thrown) {
  console.error((thrown as Error).message)
  process.exitCode = 1
}
