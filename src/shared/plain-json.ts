/** Deeper nesting than any document of ours has; code that walks a value may recurse this far. */
export const maxJsonDepth = 32

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
