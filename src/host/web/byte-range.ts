/** Which bytes of a file are asked for, first and last included; `unsatisfiable` where it has none of them. */
export type ByteRange = { readonly first: number; readonly last: number } | 'whole' | 'unsatisfiable'

/**
 * Reads the header `Range` (https://www.rfc-editor.org/rfc/rfc9110#section-14.2): one range of bytes. Several at once, other units and
 * what is not understood may be ignored, and then the whole file is the answer.
 *
 * @param range null where there is none, or where it does not count
 * @param sizeBytes of the whole file
 */
export function readRange(range: string | null, sizeBytes: number): ByteRange {
  const { first, last } = /^bytes=\s*(?<first>\d*)-(?<last>\d*)\s*$/i.exec(range ?? '')?.groups ?? {}
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'whole'
  if (first === '') {
    const count = Math.min(Number(last), sizeBytes)
    return count === 0 ? 'unsatisfiable' : { first: sizeBytes - count, last: sizeBytes - 1 }
  }
  if (last !== '' && Number(last) < Number(first)) return 'whole'
  if (Number(first) >= sizeBytes) return 'unsatisfiable'
  return { first: Number(first), last: Math.min(last === '' ? Infinity : Number(last), sizeBytes - 1) }
}
