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
 * that reach for the prototype. One sentence, of the form "Expected …, received …."
 */
export function findJsonFault(value: unknown, depth = 0): string | null {
  if (typeof value === 'number' && !Number.isFinite(value))
    return 'Expected numbers of at most 1.8e308, received a larger one.'
  if (typeof value !== 'object' || value === null) return null
  if (depth === maxJsonDepth) return `Expected at most ${maxJsonDepth} levels of nesting, received more.`
  for (const [name, inner] of Object.entries(value)) {
    if (name === '__proto__') return 'Expected plain names of fields, received "__proto__".'
    const fault = findJsonFault(inner, depth + 1)
    if (fault !== null) return fault
  }
  return null
}
