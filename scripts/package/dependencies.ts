import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** A package of others that ships with Pastiche. */
export interface Dependency {
  readonly name: string
  readonly version: string
  /** As its publisher writes it. */
  readonly licence: string
  /** Path of its folder, from the root of the clone. */
  readonly path: string
  /** Only on the platforms that its name tells. */
  readonly isOptional: boolean
}

const lockEntry = z.looseObject({
  version: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().optional(),
  optional: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
})
const lock = z.looseObject({ packages: z.record(z.string(), lockEntry) })
type LockEntries = Readonly<Record<string, z.infer<typeof lockEntry>>>

/** Development dependencies whose code the studio's page is bundled with. */
const bundled = ['svelte', 'bits-ui', '@lucide/svelte', 'uplot']

/** Everything of others that a package of Pastiche has inside, Electron apart, in the order of their names. */
export function shippedDependencies(root: string): Dependency[] {
  const { packages } = lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  const production = Object.keys(packages).filter((path) => path !== '' && packages[path]?.dev !== true)
  const paths = new Set([...production, ...withTheirOwn(packages, bundled)])
  return [...paths].map((path) => describe(path, packages)).sort((a, b) => compare(a.name, b.name))
}

/** Paths of packages and all that they depend on. */
function withTheirOwn(packages: LockEntries, names: readonly string[]): string[] {
  const found = new Set<string>()
  const waiting = names.map((name) => `node_modules/${name}`)
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue
    found.add(path)
    for (const name of Object.keys(packages[path]?.dependencies ?? {})) {
      // Types are for the compiler alone.
      const nested = `${path}/node_modules/${name}`
      if (!name.startsWith('@types/')) waiting.push(nested in packages ? nested : `node_modules/${name}`)
    }
  }
  return [...found]
}

function describe(path: string, packages: LockEntries): Dependency {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const { version = '', license = 'unknown', optional = false } = packages[path] ?? {}
  return { name, version, licence: license, path, isOptional: optional }
}

/** Not by language: the order must not depend on the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
