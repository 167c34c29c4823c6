import type { DescribedCommand } from './describe-commands.ts'
import { sharedFunctions, type Caller } from './shell-parts.ts'

/** For zsh, read at its start or as a file \`_pastiche\` in the fpath. */
export function zshCompletion(commands: readonly DescribedCommand[], caller: Caller): string {
  return `#compdef pastiche
# Completion of pastiche for zsh, written by "pastiche completion zsh".

${sharedFunctions(commands, caller)}

_pastiche() {
  local chain='' literal='' previous="\${words[CURRENT-1]}" word
  integer i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if [[ "$word" == -- ]]; then literal=1; break; fi
    if [[ "$word" == -* ]]; then continue; fi
    __pastiche_lookup "\${chain:+$chain }$word/options" >/dev/null || break
    chain="\${chain:+$chain }$word"
  done
  if (( \${words[(i)--]} < CURRENT )); then literal=1; fi
  if [[ -z "$literal" ]]; then
    if [[ "$PREFIX" == --*=* ]]; then
      previous="\${PREFIX%%=*}"
      compset -P '*='
    fi
    if [[ "$previous" == -* ]] && __pastiche_lookup "$chain/$previous" >/dev/null; then
      __pastiche_offer "$chain/$previous" value
      return
    fi
    if [[ "$PREFIX" == -* ]]; then
      __pastiche_offer "$chain/options" option
      return
    fi
  fi
  __pastiche_offer "$chain/commands" command
  __pastiche_offer "$chain/argument" argument
}

__pastiche_offer() {
  local candidate
  local -a rows names
  for candidate in "\${(@f)$(__pastiche_lookup "$1")}"; do
    case "$candidate" in
      '') ;;
      :files) _files ;;
      :folders) _files -/ ;;
      :*)
        names=("\${(@f)$(__pastiche_list "\${candidate#:}")}")
        compadd -a names ;;
      *) rows+=("\${candidate/$'\\t'/:}") ;;
    esac
  done
  if (( \${#rows} )); then _describe "$2" rows; fi
}

if [[ "\${funcstack[1]}" == _pastiche ]]; then
  _pastiche "$@"
else
  compdef _pastiche pastiche
fi
`
}
