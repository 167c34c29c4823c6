import { createHash } from 'node:crypto'
import { trimEnds } from '../../shared/trim-ends.ts'

/** A key that two names share if a person would call them the same. */
export function foldName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase()
}

/** Windows reserves these as file names, with any ending. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/

/**
 * A free id for a name in any script: its letters and digits where it has any of ASCII's ("Öl, dick" → `ol-dick`), and a
 * part of the name's hash where that is nothing, reserved by Windows or taken.
 */
export function idOfName(name: string, isTaken: (id: string) => boolean): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const slug = trimEnds(trimEnds(plain.replace(/[^a-z0-9]+/g, '-'), '-').slice(0, 48), '-')
  if (slug !== '' && isUsableId(slug) && !isTaken(slug)) return slug
  const stem = slug === '' ? 'preset' : slug
  for (let attempt = 0; ; attempt++) {
    const hash = createHash('sha256').update(`${name.normalize('NFC')}\0${attempt}`)
    const id = `${stem}-${hash.digest('hex').slice(0, 8)}`
    if (!isTaken(id)) return id
  }
}

export function isUsableId(id: string): boolean {
  return !reserved.test(id)
}

/** The candidate that was probably meant: one that begins so, or one a few letters away; null if none is. */
export function closestName(name: string, candidates: readonly string[]): string | null {
  const wanted = foldName(name)
  const begins = candidates.find((candidate) => wanted !== '' && foldName(candidate).startsWith(wanted))
  if (begins !== undefined) return begins
  const measured = candidates.map((candidate) => ({
    candidate,
    distance: editDistance(wanted, foldName(candidate)),
  }))
  const best = measured.sort((a, b) => a.distance - b.distance)[0]
  return best && best.distance <= Math.max(1, wanted.length / 3) ? best.candidate : null
}

/** Insertions, deletions and replacements from one text to the other (Wagner & Fischer 1974). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, j) => j)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = previous[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, replaced))
    }
    previous = row
  }
  return previous[to.length]!
}
