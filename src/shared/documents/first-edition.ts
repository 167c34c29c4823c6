import { parameters } from '../contract/parameters.ts'
import type { Migration } from './define-document.ts'
import { isRecord, type Json } from './merge-changes.ts'

// Version 1 to 2. The first edition painted with a procedural network, `builtin`, that no longer exists; compact took its place.
// What was saved with it opens with compact: the network's own defaults become those of compact, what a person chose stays, and
// what shaped the loss goes, because the numbers would mean something else.

const predecessor = 'builtin'
const successor = 'compact'

/** Defaults of the first edition that are not taken for a choice. */
const firstDefaults: Json = {
  steps: 300,
  coarsestPx: 96,
  contentWeight: 0.08,
  averaging: 0.8,
  styleScale: 1.25,
}

const lossNames: readonly string[] = [
  ...['contentLayers', 'styleLayers', 'contentReduction', 'statistic', 'normaliser', 'styleReduction'],
  ...['styleDivisor', 'tvWeight', 'tvForm', 'tvReduction'],
]

/** Parameters of version 1, whole or partial, as parsed JSON. Those of another network stay as they are. */
export function withSuccessor(json: unknown): unknown {
  if (!isRecord(json) || json['network'] !== predecessor) return json
  const isWhole = Object.keys(parameters.shape).every((name) => Object.hasOwn(json, name))
  const chosen = Object.entries(json).filter(
    ([name, value]) => !lossNames.includes(name) && value !== firstDefaults[name],
  )
  return { ...(isWhole ? parameters.parse({}) : {}), ...Object.fromEntries(chosen), network: successor }
}

/** A field of a record changed, where both are there. */
function withField(json: unknown, name: string, change: (inner: unknown) => unknown): unknown {
  return isRecord(json) && Object.hasOwn(json, name) ? { ...json, [name]: change(json[name]) } : json
}

/** A preset and a recipe say so: the old parameters stay beside those of the successor. */
function withRetired(json: Json): Json {
  const { parameters: given } = json
  if (!isRecord(given) || given['network'] !== predecessor) return json
  return { ...json, parameters: withSuccessor(given), retired: { network: predecessor, parameters: given } }
}

export const migrateFirstPreset: Migration = withRetired

export const migrateFirstDraft: Migration = (json) =>
  withField(json, 'draft', (draft) => withField(draft, 'own', withSuccessor)) as Json

export const migrateFirstQueue: Migration = (json) =>
  withField(json, 'jobs', (jobs) =>
    Array.isArray(jobs) ? jobs.map((job: unknown) => withField(job, 'order', migrateOrder)) : jobs,
  ) as Json

function migrateOrder(order: unknown): unknown {
  if (!isRecord(order) || !isRecord(order['parameters'])) return order
  if (order['parameters']['network'] !== predecessor) return order
  const weights = withField(order['weights'], 'origin', () => successor)
  return { ...order, parameters: withSuccessor(order['parameters']), weights }
}

export const migrateFirstRecipe: Migration = (json) => {
  const migrated = withRetired(json)
  if (migrated === json) return json
  return {
    ...migrated,
    weights: withField(
      withField(json['weights'], 'network', () => successor),
      'origin',
      () => successor,
    ),
  }
}
