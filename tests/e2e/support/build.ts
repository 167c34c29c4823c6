import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './root.ts'

interface Builder {
  readonly targets: Readonly<Record<'node' | 'page', object>>
  readonly buildWhenNeeded: (root: string, target: object) => Promise<void>
}

/** Builds what `pastiche serve` would build at its first start, so that no test waits for it. */
async function build(): Promise<void> {
  const script = pathToFileURL(join(root, 'bin', 'build-when-needed.mjs')).href
  const { targets, buildWhenNeeded } = (await import(script)) as Builder
  for (const target of [targets.node, targets.page]) await buildWhenNeeded(root, target)
}

// Playwright takes the default export of this file.
// eslint-disable-next-line no-restricted-syntax
export default build
