/** True if a text has no half of a character in it. */
export function isWhole(text: string): boolean {
  return !/\p{Cs}/u.test(text)
}
