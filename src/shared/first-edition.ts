import { parameters } from './contract/parameters.ts'

/**
 * The first edition painted with a procedural network, `builtin`, that no longer exists; compact took its place. What was saved
 * with it opens with compact: the recipe's own defaults become those of compact, what a person chose stays, and what shaped the
 * loss goes, because the numbers would mean something else.
 */

const predecessor = 'builtin'
const successor = 'compact'

/** Defaults of the first edition that are not taken for a choice. */
const firstDefaults: Readonly<Record<string, unknown>> = {
  steps: 300,
  coarsestPx: 96,
  contentWeight: 0.08,
  averaging: 0.8,
  styleScale: 1.25,
}

const lossNames: readonly string[] = [
  'contentLayers',
  'styleLayers',
  'contentReduction',
  'statistic',
  'normaliser',
  'styleReduction',
  'styleDivisor',
  'tvWeight',
  'tvForm',
  'tvReduction',
]

/** Our documents have a few levels; what is deeper is left to whoever checks them. */
const deepest = 32

/** Any document of the first edition, as parsed JSON; all others come back as they are. */
export function upgradeDocument(json: unknown, depth = 0): unknown {
  if (typeof json !== 'object' || json === null || depth > deepest) return json
  if (Array.isArray(json)) return json.map((value) => upgradeDocument(value, depth + 1))
  const entries = Object.entries(json).map(
    ([name, value]) => [name, upgradeDocument(value, depth + 1)] as const,
  )
  const upgraded = Object.fromEntries(entries)
  return upgraded['network'] === predecessor ? withSuccessor(upgraded) : upgraded
}

function withSuccessor(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isWhole = Object.keys(parameters.shape).every((name) => Object.hasOwn(document, name))
  const chosen = Object.entries(document).filter(
    ([name, value]) => !lossNames.includes(name) && value !== firstDefaults[name],
  )
  const base = isWhole ? parameters.parse({}) : {}
  return { ...base, ...Object.fromEntries(chosen), network: successor }
}
