import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './root.ts'

interface Builder {
  readonly targets: Readonly<Record<'node' | 'page' | 'desktop', object>>
  readonly buildWhenNeeded: (root: string, target: object) => Promise<void>
}

/** Builds what a package has inside, as far as it is older than its sources. */
export async function buildApp(): Promise<void> {
  const script = pathToFileURL(join(root, 'bin', 'build-when-needed.mjs')).href
  const { targets, buildWhenNeeded } = (await import(script)) as Builder
  for (const target of [targets.node, targets.page, targets.desktop]) await buildWhenNeeded(root, target)
}
