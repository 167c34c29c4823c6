/** Deeper nesting than any document of ours has; code that walks a value may recurse this far. */
const maxJsonDepth = 32

/** True if a value out of JSON.parse is nested too deep to be walked, or to be written again. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === maxJsonDepth || Object.values(value).some((inner) => isTooDeep(inner, depth + 1))
}

/**
 * Why a value out of JSON.parse is better not used, or null: nesting without end, numbers that became Infinity, and names
 * that reach for the prototype. The end of a sentence about it.
 */
export function findJsonFault(value: unknown): string | null {
  return isTooDeep(value) ? `it is nested more than ${maxJsonDepth} levels deep` : findOddValue(value)
}

function findOddValue(value: unknown): string | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'it holds a number above 1.8e308'
  if (typeof value !== 'object' || value === null) return null
  for (const [name, inner] of Object.entries(value)) {
    if (name === '__proto__') return 'it has a field named "__proto__"'
    const fault = findOddValue(inner)
    if (fault !== null) return fault
  }
  return null
}
