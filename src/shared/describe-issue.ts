import type { z } from 'zod'
import { describeChoice, describeNumber, describeRange, describeSchema, schemaAt } from './describe-schema.ts'
import { PasticheError } from './errors.ts'
import type { ErrorCode } from './errors.ts'

export interface DescribeOptions {
  /** What the whole value is called where there is no path. Default "the input". */
  readonly root?: string
  /** What the value at a path is called: a face may answer `--content-weight`. Default `styles[0].weight`. */
  readonly nameOf?: (path: readonly PropertyKey[]) => string
}

/**
 * One issue of a failed parse in Pastiche's words: "Expected contentWeight between 0 and 1e6, received -3."
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
    return `Expected only known fields in ${name}, received ${deepest.keys.map(quote).join(', ')}.`
  }
  if (deepest.code === 'invalid_key') {
    const key = path.at(-1)
    const record = nameValue(path.slice(0, -1), options)
    return `Expected shorter names in ${record}, received ${describeValue(key)}.`
  }
  const received = describeValue(valueAt(input, path))
  return `Expected ${name} ${describeExpected(deepest, schemaAt(schema, path))}, received ${received}.`
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

/** Parses or throws a PasticheError (`invalid-request` unless told otherwise) that says what was expected. */
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

/** Of a union that nothing fitted, the complaint of the option that came closest. */
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
    return `to be ${describeChoice(issue.options ?? [])}`
  }
  if (issue.code === 'custom') return `to be right (${issue.message})`
  if (schema === null) return `to be right (${issue.message})`
  const outOfRange = issue.code === 'too_small' || issue.code === 'too_big'
  const range = describeRange(schema)
  if (outOfRange && issue.origin === 'number' && range !== '') return range
  return `to be ${describeSchema(schema)}`
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
