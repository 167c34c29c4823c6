import type { z } from 'zod'
import { describeExpected, describePath, describeValue, valueAt } from '../describe-issue.ts'
import { schemaAt } from '../describe-schema.ts'

/** Why a document cannot be read, as the end of a sentence: `"steps" can't be -3, only between 1 and 1e5`. */
export function describeFault(error: z.core.$ZodError, schema: z.core.$ZodType, json: unknown): string {
  const [issue] = error.issues
  if (issue === undefined || issue.path.length === 0) return describeWrong(null, json)
  const name = describePath(issue.path).slice(0, 100)
  const value = valueAt(json, issue.path)
  if (value === undefined) return `it has no "${name}"`
  const expected = describeExpected(issue, schemaAt(schema, issue.path)).replace(/^to be (right )?/, '')
  return `${describeWrong(name, value)}, only ${expected}`
}

/** @param name null for the whole document */
export function describeWrong(name: string | null, value: unknown): string {
  return `${name === null ? 'it' : `"${name}"`} can't be ${describeValue(value)}`
}
