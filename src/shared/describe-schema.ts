import { z } from 'zod'

/** 1e6, not 1000000; but 8192 and 0.05 as they are. */
export function describeNumber(value: number): string {
  const plain = String(value)
  const exponential = value.toExponential().replace('e+', 'e')
  const farFromOne = Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4
  return farFromOne && exponential.length < plain.length ? exponential : plain
}

interface Limit {
  readonly value: number
  readonly inclusive: boolean
}

/** Limits by the checks of a schema: limits of a number, or of the length of a text or list. */
interface Limits {
  readonly low: Limit | null
  readonly high: Limit | null
  readonly whole: boolean
  readonly multipleOf: number | null
}

/** "between 0 and 1e6", "above 0 and at most 1", "at least 3"; empty where everything goes. */
export function describeRange(schema: z.core.$ZodType): string {
  const { low, high } = limitsOf(unwrap(schema))
  if (low?.inclusive === true && high?.inclusive === true) {
    return `between ${describeNumber(low.value)} and ${describeNumber(high.value)}`
  }
  const parts: string[] = []
  if (low !== null) parts.push(`${low.inclusive ? 'at least' : 'above'} ${describeNumber(low.value)}`)
  if (high !== null) parts.push(`${high.inclusive ? 'at most' : 'below'} ${describeNumber(high.value)}`)
  return parts.join(' and ')
}

/** Description of a schema, as a noun: "a whole number between 16 and 8192", "one of adam, lbfgs", "an object". */
export function describeSchema(schema: z.core.$ZodType): string {
  const inner = unwrap(schema)
  if (inner instanceof z.ZodNumber) return describeNumberSchema(inner)
  if (inner instanceof z.ZodString) return `text${describeSize(inner, 'characters')}`
  if (inner instanceof z.ZodArray) return `a list${describeSize(inner, 'entries')}`
  if (inner instanceof z.ZodEnum) return describeChoice(inner.options)
  if (inner instanceof z.ZodLiteral) return describeChoice([...inner.values])
  if (inner instanceof z.ZodBoolean) return 'true or false'
  if (inner instanceof z.ZodNull) return 'null'
  if (inner instanceof z.ZodUnion) return [...new Set(inner.options.map(describeSchema))].join(' or ')
  if (inner instanceof z.ZodObject || inner instanceof z.ZodRecord) return 'an object'
  return inner._zod.def.type
}

export function describeChoice(values: readonly unknown[]): string {
  const list = values.map(String).join(', ')
  return values.length === 1 ? list : `one of ${list}`
}

/** The schema of the value at `path`, or null where the path leads out of what schemas know. */
export function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | null {
  let here = unwrap(schema)
  for (const key of path) {
    const next = stepInto(here, key)
    if (next === undefined) return null
    here = unwrap(next)
  }
  return here
}

function stepInto(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<PropertyKey, z.core.$ZodType>> = schema.shape
    return Object.hasOwn(shape, key) ? shape[key] : undefined
  }
  if (schema instanceof z.ZodArray) return schema.element
  if (schema instanceof z.ZodRecord) return schema.valueType
  if (schema instanceof z.ZodUnion) {
    return schema.options.map((option) => stepInto(unwrap(option), key)).find((next) => next !== undefined)
  }
  return undefined
}

/** Sees through defaults, null and the like to the schema that says what is expected. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrap(schema.def.innerType)
  }
  return schema
}

export interface NumberLimits {
  /** `null` if there is none. */
  readonly min: number | null
  readonly max: number | null
  /** True if `min` and `max` themselves are allowed. */
  readonly includesMin: boolean
  readonly includesMax: boolean
  readonly whole: boolean
}

/** Limits of a number, for a user interface. */
export function numberLimits(schema: z.core.$ZodType): NumberLimits {
  const { low, high, whole } = limitsOf(unwrap(schema))
  return {
    min: low?.value ?? null,
    max: high?.value ?? null,
    includesMin: low?.inclusive ?? false,
    includesMax: high?.inclusive ?? false,
    whole,
  }
}

function describeNumberSchema(schema: z.ZodNumber): string {
  const { whole, multipleOf } = limitsOf(schema)
  const range = describeRange(schema)
  const noun = whole ? 'a whole number' : 'a number'
  const multiple = multipleOf === null ? '' : ` that is a multiple of ${describeNumber(multipleOf)}`
  return `${noun}${range === '' ? '' : ` ${range}`}${multiple}`
}

function describeSize(schema: z.core.$ZodType, unit: string): string {
  const { low, high } = limitsOf(schema)
  if (low !== null && high !== null) {
    const same = low.value === high.value
    return same ? ` of ${low.value} ${unit}` : ` of ${low.value} to ${high.value} ${unit}`
  }
  const range = describeRange(schema)
  return range === '' ? '' : ` of ${range} ${unit}`
}

function limitsOf(schema: z.core.$ZodType): Limits {
  const limits = { low: null, high: null, whole: false, multipleOf: null } as {
    -readonly [K in keyof Limits]: Limits[K]
  }
  for (const { _zod } of schema._zod.def.checks ?? []) {
    const check = _zod.def as z.core.$ZodChecks['_zod']['def']
    if (check.check === 'greater_than')
      limits.low = { value: Number(check.value), inclusive: check.inclusive }
    if (check.check === 'less_than') limits.high = { value: Number(check.value), inclusive: check.inclusive }
    if (check.check === 'min_length') limits.low = { value: check.minimum, inclusive: true }
    if (check.check === 'max_length') limits.high = { value: check.maximum, inclusive: true }
    if (check.check === 'length_equals') {
      limits.low = limits.high = { value: check.length, inclusive: true }
    }
    if (check.check === 'number_format') limits.whole = check.format.includes('int')
    if (check.check === 'multiple_of') limits.multipleOf = Number(check.value)
  }
  return limits
}
