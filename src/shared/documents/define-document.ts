import type { z } from 'zod'
import { PasticheError, type ErrorCode } from '../errors.ts'
import { findJsonFault, isTooDeep } from '../plain-json.ts'
import { describeFailureInside, describeValue } from '../describe-issue.ts'
import { isRecord, mergeChanges, type Json } from './merge-changes.ts'
import { splitCollection, withEntries, type OddEntry } from './collection.ts'
import { parseTolerantly } from './parse-tolerantly.ts'

/** One step from a version to the next. Pure; what it does not know, it leaves as it is. */
export type Migration = (json: Json) => Json

export interface DocumentDefinition<S extends z.ZodObject> {
  /** A noun: "preset", as in "isn't a valid preset file". */
  readonly name: string
  /** The newest version. Its own fields alone: unknown ones are kept without its help. */
  readonly schema: S
  /** `migrations[0]` leads from version 1 to 2. A new version is one more entry. */
  readonly migrations: readonly Migration[]
  /** The field whose entries are independent: one that is odd does not cost the others. A list, or a record. */
  readonly collection?: keyof S['shape'] & string
  /** The code of the error about a damaged one. Default `document-damaged`. */
  readonly damagedCode?: ErrorCode
}

/** A document that was read: its value, and all it takes to write it again without loss. */
export interface Reading<T> {
  readonly value: T
  /** The content of the file, in the newest version that is known. */
  readonly json: Json
  /** Entries of the collection that could not be read. */
  readonly odd: readonly OddEntry[]
  /** True if a newer edition wrote it: parts that cannot be read are not wrong. */
  readonly isNewer: boolean
}

export interface SavedDocument<T> {
  readonly name: string
  /** The newest that is known, in the field `schema` of each file. */
  readonly version: number
  readonly damagedCode: ErrorCode
  /**
   * A value from parsed JSON, migrated where it is older. Of a newer one, what can be read is read.
   *
   * @param label what a message calls it: `"bad.pastiche"`
   * @throws PasticheError `document-damaged` (or the definition's own code), `document-newer`
   */
  read(json: unknown, label?: string): Reading<T>
  /**
   * The JSON of a value. What it has not changed is written as it was read, unknown fields and all.
   *
   * @throws ZodError for a value that does not fit the schema
   */
  write(value: T, from?: Reading<T> | null): Json
  /** A file of these entries alone, for those that are set aside. */
  writeEntries(entries: readonly OddEntry[]): Json
}

/** Something saved: says its version, opens in any older one, and loses nothing that a newer edition has put in. */
export function defineDocument<S extends z.ZodObject>(
  definition: DocumentDefinition<S>,
): SavedDocument<z.infer<S>> {
  const { name, schema, migrations, collection, damagedCode = 'document-damaged' } = definition
  const version = migrations.length + 1
  const damaged = (label: string, reason: string, cause?: unknown): PasticheError =>
    new PasticheError(damagedCode, `${label} isn't a valid ${name} file: ${reason}.`, { cause })

  return {
    ...{ name, version, damagedCode },
    read(given, label = 'This') {
      if (!isRecord(given)) throw damaged(label, `it must be an object, not ${describeValue(given)}`)
      const found = versionOf(given)
      if (found === null)
        throw damaged(label, `schema must be a version number, not ${describeValue(given['schema'])}`)
      const isNewer = found > version
      const migrated = migrations.slice(found - 1).reduce<Json>((json, migrate) => migrate(json), given)
      const whole = { ...migrated, schema: Math.max(found, version) }
      const entry = collection === undefined ? null : entrySchema(schema, collection)
      const { json, odd } =
        entry === null ? { json: whole, odd: [] } : splitCollection(whole, collection!, entry)
      // An entry may be set aside for any fault but this one: nobody could write it.
      const fault = findJsonFault(isTooDeep(given) ? given : json)
      if (fault !== null) throw damaged(label, fault)
      const parsed = parseTolerantly(schema, json)
      if (parsed.success) return { value: parsed.data, json, odd, isNewer }
      if (isNewer) throw newer(label, name)
      throw damaged(label, describeFailureInside(parsed.error, schema, json), parsed.error)
    },
    write(value, from = null) {
      const checked = schema.parse(value)
      if (from === null) return { ...{ schema: version }, ...checked, ...{ schema: version } }
      const merged = {
        ...(mergeChanges(from.json, from.value, checked) as Json),
        schema: from.json['schema'],
      }
      return collection === undefined ? merged : withEntries(merged, collection, from.odd)
    },
    writeEntries(entries) {
      const isList = entries.every(({ key }) => typeof key === 'number')
      const empty = { schema: version, [collection!]: isList ? [] : {} }
      return withEntries(empty, collection!, entries)
    },
  }
}

function newer(label: string, name: string): PasticheError {
  return new PasticheError('document-newer', `${label} is a ${name} of a newer Pastiche.`)
}

/** The first files of some documents did not say theirs. */
function versionOf({ schema = 1 }: Json): number | null {
  return typeof schema === 'number' && Number.isInteger(schema) && schema >= 1 && schema <= 1e6
    ? schema
    : null
}

function entrySchema(schema: z.ZodObject, collection: string): z.ZodType {
  const { def } = schema.shape[collection] as z.ZodArray<z.ZodType> | z.ZodRecord<z.ZodString, z.ZodType>
  return def.type === 'array' ? def.element : def.valueType
}
