/** Openings of comments that start with neither noun nor verb. */
const openings = 'Of|Null|Told|What|Whether|Where'
const opening = new RegExp(`^(?:\\{?/\\*\\*?|//|<!--) ?(?:${openings})\\b`)
const continued = new RegExp(`^\\* (?:${openings})\\b`)

/** Words that no native speaker would use here. */
const banned = [
  'anew',
  'shall',
  'all the same',
  'in the large',
  'goes on',
  'counts for',
  'on the table',
  'is looked at',
]
export const bannedWords = new RegExp(`\\b(?:${banned.join('|')})\\b`, 'i')

/**
 * Lines of a source file that open a comment, or speak, as plain English would not.
 *
 * @returns each as "12: the line"
 */
export function oddLines(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.flatMap((line, index) => {
    const before = lines[index - 1] ?? ''
    const opens = line.startsWith('//') && before.startsWith('//') ? false : opening.test(line)
    const isOdd = opens || (before === '/**' && continued.test(line)) || bannedWords.test(line)
    return isOdd ? [`${index + 1}: ${line}`] : []
  })
}
