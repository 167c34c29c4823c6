import type { Candidates, DescribedCommand, DescribedOption } from './describe-commands.ts'
import { isListed, type Caller } from './shell-parts.ts'

/** For fish from 3.0 on. */
export function fishCompletion(commands: readonly DescribedCommand[], { node, script }: Caller): string {
  return `# Completion of pastiche for fish, written by "pastiche completion fish".

function __pastiche_list
    if command -q pastiche
        command pastiche complete $argv 2>/dev/null
    else
        ${quotedForFish(node)} ${quotedForFish(script)} complete $argv 2>/dev/null
    end
end

function __pastiche_words
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        string match -q -- '-*' $word; or echo $word
    end
end

# Whether the line begins with this command.
function __pastiche_in
    set -l words (__pastiche_words)
    set -l count (count $argv)
    test (count $words) -ge $count; or return 1
    test $count -eq 0; or test "$words[1..$count]" = "$argv"
end

# Whether the line is this command and no more.
function __pastiche_at
    __pastiche_in $argv; and test (count (__pastiche_words)) -eq (count $argv)
end

complete -c pastiche -f
${commands.flatMap(linesOf).join('\n')}
`
}

function linesOf({ path, commands, options, takes }: DescribedCommand): string[] {
  const at = `-n ${quotedForFish(`__pastiche_at ${path}`.trim())}`
  // The program's own options stand before any command.
  const within = path === '' ? at : `-n ${quotedForFish(`__pastiche_in ${path}`)}`
  return [
    ...commands.map(({ name, description }) => `${at} -a ${name} -d ${quotedForFish(description)}`),
    ...options.map((option) => `${within} ${optionOf(option)}`),
    ...(takes === null || takes.length === 0
      ? []
      : [`${within} -a ${quotedForFish(wordsOf(takes).join(' '))}`]),
  ].map((line) => `complete -c pastiche ${line}`)
}

function optionOf({ names, description, takes }: DescribedOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  const words = takes === null ? [] : wordsOf(takes)
  const value =
    takes === null ? [] : ['-x', ...(words.length > 0 ? ['-a', quotedForFish(words.join(' '))] : [])]
  return [...flags, ...value, '-d', quotedForFish(description)].join(' ')
}

function wordsOf(takes: Candidates): string[] {
  return takes.map((candidate) => {
    if (candidate === ':files') return '(__fish_complete_path)'
    if (candidate === ':folders') return '(__fish_complete_directories)'
    return isListed(candidate) ? `(__pastiche_list ${candidate.slice(1)})` : candidate
  })
}

function quotedForFish(word: string): string {
  return `'${word.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
