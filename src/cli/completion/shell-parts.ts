import type { DescribedCommand } from './describe-commands.ts'

/** How to call this very program where `pastiche` is not in the PATH. */
export interface Caller {
  readonly node: string
  readonly script: string
}

/** A word that the shell takes as it is. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** The kinds of names that only the program knows: `:presets` → `presets`. */
export const listedKinds = ['presets', 'models', 'networks'] as const
export type ListedKind = (typeof listedKinds)[number]

/**
 * Functions that bash and zsh both understand. `__pastiche_lookup` prints what can stand in a place, one candidate a line, a description
 * after a tab, and fails where there is no such place. Places: `stylize/commands`, `stylize/options`, `stylize/argument`,
 * `stylize/--network`.
 */
export function sharedFunctions(commands: readonly DescribedCommand[], { node, script }: Caller): string {
  return `__pastiche_list() {
  if command -v pastiche >/dev/null 2>&1; then command pastiche complete "$1"
  else ${quoted(node)} ${quoted(script)} complete "$1"
  fi 2>/dev/null
}

__pastiche_lookup() {
  case "$1" in
${commands.flatMap(placesOf).map(asCase).join('\n')}
    *) return 1 ;;
  esac
}`
}

interface Place {
  readonly keys: readonly string[]
  readonly rows: readonly string[]
}

function placesOf({ path, commands, options, takes }: DescribedCommand): Place[] {
  const at = (name: string): string => `${path}/${name}`
  return [
    { keys: [at('commands')], rows: commands.map((one) => `${one.name}\t${one.description}`) },
    {
      keys: [at('options')],
      rows: options.flatMap(({ names, description }) => names.map((name) => `${name}\t${description}`)),
    },
    ...(takes === null ? [] : [{ keys: [at('argument')], rows: takes }]),
    ...options.flatMap((option) =>
      option.takes === null ? [] : [{ keys: option.names.map(at), rows: option.takes }],
    ),
  ]
}

function asCase({ keys, rows }: Place): string {
  const print = rows.length === 0 ? ':' : `printf '%s\\n' ${rows.map(quoted).join(' ')}`
  return `    ${keys.map(quoted).join('|')}) ${print} ;;`
}

export function isListed(candidate: string): candidate is `:${ListedKind}` {
  return listedKinds.some((kind) => candidate === `:${kind}`)
}
