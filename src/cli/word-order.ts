import type { Command, Option } from 'commander'

/**
 * The words of a command line in an order that commander reads as a person means them. Options may come before the command that they
 * belong to (`presets --json list`), and photos after a style picture (`stylize --style painting.jpg photo.jpg`).
 */
export function arrangeWords(words: readonly string[], program: Command): string[] {
  const [name, ...rest] = commandFirst(words, program)
  const command = program.commands.find((one) => one.name() === name)
  if (command === undefined) return [...words]
  if (command.commands.length > 0) return [name!, ...commandFirst(rest, command)]
  return [name!, ...photosLast(rest, command)]
}

/** The command before options that are not those of its parent. */
function commandFirst(words: readonly string[], parent: Command): readonly string[] {
  const [first = ''] = words
  const own = parent.createHelp().visibleOptions(parent)
  const isOwn = own.some(({ short, long }) => first === short || first === long)
  const at = words.findIndex((word) => parent.commands.some((command) => command.name() === word))
  if (!first.startsWith('-') || first === '--' || isOwn || at < 0) return words
  return [words[at]!, ...words.slice(0, at), ...words.slice(at + 1)]
}

/**
 * Puts photos where they are read as photos: `--style painting.jpg photo.jpg` names one style and one photo, though
 * `photo.jpg --style a.jpg b.jpg` names two styles. Names right after a style picture are styles only where photos are named
 * elsewhere too; otherwise they are photos. No other option takes several values.
 */
function photosLast(words: readonly string[], command: Command): readonly string[] {
  const { kept, followers, hasPhotos } = separate(words, command.options)
  return hasPhotos || followers.length === 0 ? words : [...kept, '--', ...followers]
}

interface Separated {
  /** All words but the followers, in their order. */
  readonly kept: string[]
  /** Words right after the value of an option that takes several. */
  readonly followers: string[]
  /** True if a word is an argument wherever the followers belong. */
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
