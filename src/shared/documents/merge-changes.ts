export type Json = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Three-way merge of a saved value: what was not changed stays as it was written, with fields and values that this edition does
 * not understand; what was changed is as it is now.
 *
 * @param written as it was in the file
 * @param understood what was read of `written`
 * @param value `understood`, changed
 */
export function mergeChanges(written: unknown, understood: unknown, value: unknown): unknown {
  if (isSame(understood, value)) return written
  if (Array.isArray(written) && Array.isArray(understood) && Array.isArray(value))
    return mergeLists(written, understood, value)
  if (!isRecord(written) || !isRecord(understood) || !isRecord(value)) return value
  if (identityOf(understood) !== identityOf(value)) return value
  const unknown = Object.entries(written).filter(
    ([name]) => !Object.hasOwn(understood, name) && !Object.hasOwn(value, name),
  )
  const known = Object.entries(value).map(([name, inner]) => [
    name,
    Object.hasOwn(written, name) ? mergeChanges(written[name], understood[name], inner) : inner,
  ])
  return Object.fromEntries([...unknown, ...known])
}

/** Each element with the unknown fields of the one that it was, wherever that stood. */
function mergeLists(
  written: readonly unknown[],
  understood: readonly unknown[],
  value: readonly unknown[],
): unknown[] {
  const free = new Set(understood.keys())
  return value.map((element) => {
    const identity = identityOf(element)
    const former = [...free].find((index) =>
      identity === null ? isSame(understood[index], element) : identityOf(understood[index]) === identity,
    )
    if (former === undefined) return element
    free.delete(former)
    return mergeChanges(written[former], understood[former], element)
  })
}

/** Identity of an element of ours, which outlasts a change: a job's id, a picture's path or checksum. */
function identityOf(value: unknown): unknown {
  if (!isRecord(value)) return null
  return value['id'] ?? value['path'] ?? value['sha256'] ?? identityOf(value['picture'])
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
