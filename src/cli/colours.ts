import picocolors from 'picocolors'

type Colours = ReturnType<typeof picocolors.createColors>
type Environment = Readonly<Record<string, string | undefined>>

/**
 * Colours for one stream: where a person looks at it, and NO_COLOR (no-color.org) does not forbid them. The choice that
 * picocolors makes by itself looks at stdout alone, and puts codes into the log of every build.
 */
export function coloursFor(stream: { readonly isTTY?: boolean }, environment: Environment): Colours {
  const isForced = !['', '0', undefined].includes(environment['FORCE_COLOR'])
  const isShown = stream.isTTY === true && environment['TERM'] !== 'dumb'
  return picocolors.createColors(!environment['NO_COLOR'] && (isForced || isShown))
}

/** Messages for people. */
export const messageColours = coloursFor(process.stderr, process.env)
/** Results and tables. */
export const resultColours = coloursFor(process.stdout, process.env)
