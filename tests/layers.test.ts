import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from './support/temporary-folder.ts'

// Imports that `npm run check:layers` refuses, tried on a tree of files that each import a type from one other.

const { forbidden, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  forbidden: IForbiddenRuleType[]
  options: { tsPreCompilationDeps: boolean }
}

const engine = (folder: string): string => `src/engine/${folder}/module.ts`
const refused: readonly (readonly [from: string, to: string, rule: string])[] = [
  ['engine/tensor', engine('graph'), 'engine-tensor-imports'],
  ['engine/graph', engine('weights'), 'engine-graph-imports'],
  ['engine/ops', engine('autodiff'), 'engine-ops-imports'],
  ['engine/autodiff', engine('models'), 'engine-autodiff-imports'],
  ['engine/models', engine('weights'), 'engine-models-imports'],
  ['engine/models', engine('runtime'), 'engine-models-imports'],
  ['engine/weights', engine('image'), 'engine-weights-imports'],
  ['engine/image', engine('objective'), 'engine-image-imports'],
  ['engine/objective', engine('minimise'), 'engine-objective-imports'],
  ['engine/objective', engine('runtime'), 'engine-objective-imports'],
  ['engine/minimise', engine('methods'), 'engine-minimise-imports'],
  ['engine/minimise', engine('runtime'), 'engine-minimise-imports'],
  ['engine/methods', engine('task'), 'engine-methods-imports'],
  ['engine/runtime', engine('models'), 'engine-runtime-imports'],
  ['engine/models', 'src/shared/contract/module.ts', 'science-without-the-application'],
  ['engine/objective', 'src/shared/contract/module.ts', 'science-without-the-application'],
  ['engine/minimise', 'src/shared/contract/module.ts', 'science-without-the-application'],
  ['shared', engine('tensor'), 'shared-imports'],
  ['renderer', 'src/host/module.ts', 'renderer-imports'],
]
const accepted: readonly (readonly [from: string, to: string])[] = [
  ['engine/graph', engine('tensor')],
  ['engine/objective', engine('image')],
  ['engine/methods', engine('minimise')],
  ['engine/methods', engine('runtime')],
  ['engine/methods', 'src/shared/contract/module.ts'],
  ['engine/task', engine('methods')],
  ['engine/runtime', engine('graph')],
]

const tree = temporaryFolder()
const violations = new Map<string, string[]>()
let errors = 0

function write(path: string, text: string): void {
  mkdirSync(dirname(tree.file(path)), { recursive: true })
  writeFileSync(tree.file(path), text)
}

function writeImport(from: string, to: string): void {
  const path = pathOf(from, to)
  write(path, `import type { Value } from '${relative(dirname(path), to)}'\nexport const own: Value = 1\n`)
}

const pathOf = (from: string, to: string): string =>
  join('src', from, `imports-${to.replace(/[^a-z]+/g, '-')}.ts`)

beforeAll(async () => {
  const targets = [...refused, ...accepted].map(([, to]) => to)
  for (const target of new Set(targets)) write(target, 'export type Value = number\n')
  for (const [from, to] of [...refused, ...accepted]) writeImport(from, to)
  const { output } = await cruise(['src'], {
    baseDir: tree.path,
    validate: true,
    tsPreCompilationDeps: options.tsPreCompilationDeps,
    ruleSet: { forbidden },
  })
  const { summary } = output as ICruiseResult
  errors = summary.error
  for (const { from, rule } of summary.violations)
    violations.set(from, [...(violations.get(from) ?? []), rule.name])
})

describe('an import that goes the wrong way is refused', () => {
  it.each(refused)('%s → %s', (from, to, rule) => {
    expect(violations.get(pathOf(from, to))).toEqual([rule])
  })
})

it('each of them fails the check', () => expect(errors).toBe(refused.length))

describe('an import that follows the order is accepted', () => {
  it.each(accepted)('%s → %s', (from, to) => {
    expect(violations.get(pathOf(from, to))).toBeUndefined()
  })
})
