import type { z } from 'zod'
import { describeChoice, describeNumber, describeRange, describeSchema, schemaAt } from './describe-schema.ts'
import { PasticheError } from './errors.ts'
import type { ErrorCode } from './errors.ts'

export interface DescribeOptions {
  /** Name of the whole value. Default "the input". */
  readonly root?: string
  /** Name of the value at a path, such as `--content-weight`. Default `styles[0].weight`. */
  readonly nameOf?: (path: readonly PropertyKey[]) => string
}

/**
 * One issue of a failed parse, as a sentence: "contentWeight must be between 0 and 1e6, not -3."
 *
 * @param schema the schema that `input` was parsed with; it knows the other end of a range
 */
export function describeIssue(
  issue: z.core.$ZodIssue,
  schema: z.core.$ZodType,
  input: unknown,
  options: DescribeOptions = {},
): string {
  const deepest = deepestIssue(issue)
  const { path } = deepest
  const name = nameValue(path, options)
  if (deepest.code === 'unrecognized_keys') {
    const fields = deepest.keys.length === 1 ? 'an unknown field' : 'unknown fields'
    return upper(`${name} has ${fields}: ${deepest.keys.map(quote).join(', ')}.`)
  }
  if (deepest.code === 'invalid_key') {
    const record = nameValue(path.slice(0, -1), options)
    return upper(`${record} has a name that is too long: ${describeValue(path.at(-1))}.`)
  }
  const value = valueAt(input, path)
  if (value === undefined) return upper(`${name} is missing.`)
  return upper(
    `${name} must be ${describeExpected(deepest, schemaAt(schema, path))}, not ${describeValue(value)}.`,
  )
}

/** `describeIssue` for the first issue of a failed parse; the others are mostly its consequences. */
export function describeFailure(
  error: z.core.$ZodError,
  schema: z.core.$ZodType,
  input: unknown,
  options: DescribeOptions = {},
): string {
  const [first] = error.issues
  return first === undefined ? error.message : describeIssue(first, schema, input, options)
}

/** The same without its full stop, as the end of a longer sentence. */
export function describeFailureInside(...failure: Parameters<typeof describeFailure>): string {
  return describeFailure(...failure).replace(/\.$/, '')
}

/** @throws PasticheError `invalid-request`, or `code`, that says what is wrong with the first bad value */
export function parseOrThrow<S extends z.ZodType>(
  schema: S,
  input: unknown,
  options: DescribeOptions & { readonly code?: ErrorCode } = {},
): z.infer<S> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const message = describeFailure(result.error, schema, input, options)
  throw new PasticheError(options.code ?? 'invalid-request', message, { cause: result.error })
}

/** Replaces the issue of a union that nothing matched by that of the option that came closest. */
function deepestIssue(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const closest = issue.errors
    .flatMap((errors) => errors.slice(0, 1))
    .sort((a, b) => b.path.length - a.path.length)[0]
  if (closest === undefined || closest.path.length === 0) return issue
  return deepestIssue({ ...closest, path: [...issue.path, ...closest.path] })
}

export function describeExpected(issue: z.core.$ZodIssue, schema: z.core.$ZodType | null): string {
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined && 'options' in issue) {
    return describeChoice(issue.options ?? [])
  }
  if (issue.code === 'custom') return issue.message
  if (schema === null) return `valid (${issue.message})`
  const outOfRange = issue.code === 'too_small' || issue.code === 'too_big'
  const range = describeRange(schema)
  if (outOfRange && issue.origin === 'number' && range !== '') return range
  return describeSchema(schema)
}

/** Capitalises a sentence that starts with "the"; names of fields and options keep their spelling. */
function upper(sentence: string): string {
  return sentence.replace(/^the /, 'The ')
}

function nameValue(path: readonly PropertyKey[], { root = 'the input', nameOf }: DescribeOptions): string {
  if (path.length === 0) return root
  return nameOf === undefined ? describePath(path) : nameOf(path)
}

/** `styles[0].weight` */
export function describePath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')
}

export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    return holds ? (value as Record<PropertyKey, unknown>)[key] : undefined
  }, input)
}

export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return describeNumber(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value === null || typeof value === 'boolean') return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

const longestQuote = 60

function quote(text: string): string {
  return JSON.stringify(text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text)
}
