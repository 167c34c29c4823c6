/** Deeper nesting than any document of ours has; code that walks a value may recurse this far. */
export const maxJsonDepth = 32

/**
 * The value of a document that was saved: JSON that can be walked, and be written again.
 *
 * @throws SyntaxError for text that is no JSON, or has a fault (`findJsonFault`)
 */
export function parsePlainJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  const fault = findJsonFault(value)
  if (fault !== null) throw new SyntaxError(fault)
  return value
}

/**
 * Why a value out of JSON.parse is better not used, or null: nesting without end, numbers that became Infinity, and names
 * that reach for the prototype. A clause, such as "it is nested more than 32 levels deep."
 */
export function findJsonFault(value: unknown, depth = 0): string | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'it has a number above 1.8e308.'
  if (typeof value !== 'object' || value === null) return null
  if (depth === maxJsonDepth) return `it is nested more than ${maxJsonDepth} levels deep.`
  for (const [name, inner] of Object.entries(value)) {
    if (name === '__proto__') return 'it has a field named "__proto__".'
    const fault = findJsonFault(inner, depth + 1)
    if (fault !== null) return fault
  }
  return null
}
