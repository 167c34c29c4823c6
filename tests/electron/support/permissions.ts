import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const types = join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'electron.d.ts')

/** Every permission that this Electron knows, as its types name them: one that a later version adds is tested as well. */
export function permissionNames(method: string): string[] {
  const text = readFileSync(types, 'utf8')
  const declaration = text.split('\n').find((line) => line.trimStart().startsWith(`${method}(handler`))
  const union = /permission: ((?:'[\w-]+'(?: \| )?)+)/.exec(declaration ?? '')?.[1] ?? ''
  return [...union.matchAll(/'([\w-]+)'/g)].map(([, name]) => name!)
}
