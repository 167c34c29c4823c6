/**
 * A text without any of these characters at its end. A regular expression (`/x+$/`) would look at a run of them once for each
 * character in it.
 */
export function trimEnd(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}

/** A text without any of these characters at its beginning and its end. */
export function trimEnds(text: string, characters: string): string {
  let start = 0
  while (start < text.length && characters.includes(text[start]!)) start++
  return trimEnd(text.slice(start), characters)
}
