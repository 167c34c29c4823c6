import type { Argument, Command, Option } from 'commander'

/** Words that fit in one place: literal ones, and kinds of names such as `:files` and `:presets`. Empty: anything. */
export type Candidates = readonly string[]

export interface DescribedOption {
  /** `-s`, `--style` */
  readonly names: readonly string[]
  readonly description: string
  /** `null` for a switch, which takes nothing. */
  readonly takes: Candidates | null
}

export interface DescribedCommand {
  /** `models download`; empty for the program itself. */
  readonly path: string
  readonly commands: readonly { readonly name: string; readonly description: string }[]
  readonly options: readonly DescribedOption[]
  /** Words for the last argument, which may be repeated, and for any before it. */
  readonly takes: Candidates | null
}

/** The placeholders that stand for names of something; those of our commands that are not here are numbers and free text. */
const kinds: Readonly<Record<string, string>> = {
  picture: ':files',
  photo: ':files',
  file: ':files',
  FILE: ':files',
  path: ':files',
  folder: ':folders',
  preset: ':presets',
  model: ':models',
  network: ':networks',
}

/** Every command of a program that can be seen, with what it takes. */
export function describeCommands(command: Command, path = ''): DescribedCommand[] {
  const help = command.createHelp()
  const commands = help.visibleCommands(command).filter((one) => one.name() !== 'help')
  const own: DescribedCommand = {
    path,
    commands: commands.map((one) => ({ name: one.name(), description: one.description() })),
    options: help.visibleOptions(command).map(describeOption),
    takes: takenBy(command.registeredArguments),
  }
  return [own, ...commands.flatMap((one) => describeCommands(one, `${path} ${one.name()}`.trim()))]
}

function describeOption(option: Option): DescribedOption {
  const placeholder = placeholderOf(option.flags)
  return {
    names: [option.short, option.long].filter((name) => name !== undefined),
    description: option.description,
    takes: placeholder === undefined ? null : (option.argChoices ?? candidatesOf(placeholder)),
  }
}

/** "-s, --style <picture...>" → "picture" */
function placeholderOf(flags: string): string | undefined {
  const inside = flags.split(/[<[\]>]/)[1]
  return inside?.endsWith('...') === true ? inside.slice(0, -3) : inside
}

function takenBy(registered: readonly Argument[]): Candidates | null {
  const all = registered.map((argument) => argument.argChoices ?? candidatesOf(argument.name()))
  return all.length === 0 ? null : [...new Set(all.flat())]
}

/** `compact|vgg16|vgg19` → its words; `content|FILE` → a word and files; `picture` → files. */
function candidatesOf(placeholder: string): string[] {
  const choices = placeholder.split('|')
  return choices.flatMap((choice) => {
    if (Object.hasOwn(kinds, choice)) return [kinds[choice]!]
    return choices.length > 1 && /^[a-z0-9][\w-]*$/.test(choice) ? [choice] : []
  })
}
