/** Which results are chosen. All functions return a new selection. */
export interface Selection {
  readonly chosen: readonly string[]
  /** Focused painting, which the inspector describes. */
  readonly lead: string | null
  /** Start of a range. */
  readonly anchor: string | null
}

export const nothingChosen: Selection = { chosen: [], lead: null, anchor: null }

export function choose(id: string | null): Selection {
  return id === null ? nothingChosen : { chosen: [id], lead: id, anchor: id }
}

export function toggle({ chosen }: Selection, id: string): Selection {
  const others = chosen.filter((other) => other !== id)
  return { chosen: others.length < chosen.length ? others : [...chosen, id], lead: id, anchor: id }
}

/** All between the anchor and `id`, and no others. @param ids every result, in order */
export function chooseTo({ anchor }: Selection, id: string, ids: readonly string[]): Selection {
  const from = ids.indexOf(anchor ?? id)
  const to = ids.indexOf(id)
  if (from < 0) return choose(id)
  return { chosen: ids.slice(Math.min(from, to), Math.max(from, to) + 1), lead: id, anchor: ids[from]! }
}

export function chooseAll(ids: readonly string[], { lead }: Selection): Selection {
  return { chosen: ids, lead: lead ?? ids[0] ?? null, anchor: ids[0] ?? null }
}

/** Moves the lead alone. */
export function lookAt(selection: Selection, id: string): Selection {
  return { ...selection, lead: id }
}

/**
 * Selection after deletions: the nearest remaining painting after the lead, or before it.
 *
 * @param ids every result before, in order
 */
export function withoutGone(ids: readonly string[], gone: readonly string[], { lead }: Selection): Selection {
  const place = lead === null ? -1 : ids.indexOf(lead)
  if (place < 0) return nothingChosen
  const isLeft = (id: string): boolean => !gone.includes(id)
  return choose(ids.slice(place).find(isLeft) ?? ids.slice(0, place).findLast(isLeft) ?? null)
}
