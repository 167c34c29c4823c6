import type { z } from 'zod'

/** Parses a JSON value, leaving out the fields that a strict schema does not know: a newer edition may have added them. */
export function parseTolerantly<S extends z.ZodType>(
  schema: S,
  value: unknown,
): z.ZodSafeParseResult<z.infer<S>> {
  const result = schema.safeParse(value)
  if (result.success) return result
  const unknown = result.error.issues.filter((issue) => issue.code === 'unrecognized_keys')
  if (unknown.length === 0) return result
  const rest: unknown = JSON.parse(JSON.stringify(value))
  for (const { path, keys } of unknown) {
    const holder = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)[key], rest)
    for (const key of keys) Reflect.deleteProperty(holder as object, key)
  }
  return parseTolerantly(schema, rest)
}
