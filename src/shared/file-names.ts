/** The longest name that common file systems allow, in bytes of UTF-8. */
export const longestNameBytes = 255

/**
 * A name as file systems compare it that ignore case and Unicode normal form. Both ways of writing é are one name, and so are
 * `A` and `a`: on most desktops they could not lie side by side.
 */
export function foldFileName(name: string): string {
  // By way of upper case, as ß, ſ and ς have no lower case of their own.
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
}

/** `photo`, `-pastiche`, `.png`, 2 → `photo-pastiche-2.png`; the stem is cut where the name would be too long for a file. */
export function numberedName(stem: string, mark: string, ending: string, number: number): string {
  const tail = `${mark}${number === 1 ? '' : `-${number}`}${ending}`
  return `${shortened(stem, longestNameBytes - byteLength(tail))}${tail}`
}

/** The beginning of a text in at most so many bytes of UTF-8, with no character that a reader sees cut in half. */
export function shortened(text: string, mostBytes: number): string {
  if (byteLength(text) <= mostBytes) return text
  const graphemes = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
  // A single character may be longer than a whole name, with enough accents on it.
  return beginning(graphemes, mostBytes) || beginning(Array.from(text), mostBytes)
}

function beginning(parts: readonly string[], mostBytes: number): string {
  let [text, bytes] = ['', 0]
  for (const part of parts) {
    bytes += byteLength(part)
    if (bytes > mostBytes) break
    text += part
  }
  return text
}

function byteLength(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0)!
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}
