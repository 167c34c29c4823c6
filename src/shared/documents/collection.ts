import type { z } from 'zod'
import { findJsonFault } from '../plain-json.ts'
import { isRecord, type Json } from './merge-changes.ts'
import { parseTolerantly } from './parse-tolerantly.ts'

/** An entry that could not be read, and where it was. */
export interface OddEntry {
  readonly key: number | string
  readonly json: unknown
}

/** Parts the entries that fit the schema from those that do not. What is no collection at all is left to whoever checks it. */
export function splitCollection(
  json: Json,
  field: string,
  schema: z.ZodType,
): { json: Json; odd: readonly OddEntry[] } {
  const collection = json[field]
  const fits = (entry: unknown): boolean =>
    findJsonFault(entry) === null && parseTolerantly(schema, entry).success
  if (Array.isArray(collection)) {
    const entries = collection.map((entry: unknown, key) => ({ key, json: entry }))
    const good = entries.filter((entry) => fits(entry.json))
    return {
      json: { ...json, [field]: good.map((entry) => entry.json) },
      odd: entries.filter((entry) => !good.includes(entry)),
    }
  }
  if (!isRecord(collection)) return { json, odd: [] }
  const entries = Object.entries(collection)
  const good = entries.filter(([key, entry]) => key !== '__proto__' && fits(entry))
  const odd = entries.filter((entry) => !good.includes(entry)).map(([key, entry]) => ({ key, json: entry }))
  return { json: { ...json, [field]: Object.fromEntries(good) }, odd }
}

/** The document with these entries too: at the end of a list, beside the others of a record. */
export function withEntries(json: Json, field: string, entries: readonly OddEntry[]): Json {
  if (entries.length === 0) return json
  const collection = json[field]
  if (Array.isArray(collection))
    return { ...json, [field]: [...(collection as unknown[]), ...entries.map((entry) => entry.json)] }
  const odd = Object.fromEntries(entries.map((entry) => [String(entry.key), entry.json]))
  return { ...json, [field]: { ...odd, ...(collection as Json) } }
}
