import type { Command, Option } from 'commander'

/**
 * Puts the photos of `stylize` where they are read as photos: `--style painting.jpg photo.jpg` names one style and one photo, though
 * `photo.jpg --style a.jpg b.jpg` names two styles. Names right after a style picture are styles only where photos are named
 * elsewhere too; otherwise they are photos. Other commands stay as they are: no other option takes several values.
 */
export function arrangeStyles(words: readonly string[], program: Command): string[] {
  const [name, ...rest] = words
  const command = program.commands.find((one) => one.name() === name)
  if (command?.options.some(({ variadic }) => variadic) !== true) return [...words]
  const { kept, followers, hasPhotos } = separate(rest, command.options)
  return hasPhotos ? [...words] : [name!, ...kept, '--', ...followers]
}

interface Separated {
  /** All words but the followers, in their order. */
  readonly kept: string[]
  /** Words right after the value of an option that takes several. */
  readonly followers: string[]
  /** Whether a word is an argument wherever the followers belong. */
  readonly hasPhotos: boolean
}

/** Reads options as commander does (its `parseOptions`). */
function separate(words: readonly string[], options: readonly Option[]): Separated {
  const kept: string[] = []
  const followers: string[] = []
  let hasPhotos = false
  let isAfterValue = false
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '--') return { kept, followers, hasPhotos: hasPhotos || i + 1 < words.length }
    if (word.length < 2 || !word.startsWith('-')) {
      if (isAfterValue) followers.push(word)
      else kept.push(word)
      hasPhotos ||= !isAfterValue
      continue
    }
    kept.push(word)
    const option = options.find(({ short, long }) => word === short || word === long)
    isAfterValue = option?.variadic === true
    if (option?.required && i + 1 < words.length) kept.push(words[++i]!)
  }
  return { kept, followers, hasPhotos }
}
