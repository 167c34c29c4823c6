import type { DescribedCommand } from './describe-commands.ts'
import { sharedFunctions, type Caller } from './shell-parts.ts'

/** For bash from 3.2 on, which macOS has. Names are compared and added as data: nothing of a name is ever run. */
export function bashCompletion(commands: readonly DescribedCommand[], caller: Caller): string {
  return `# Completion of pastiche for bash, written by "pastiche completion bash".

${sharedFunctions(commands, caller)}

_pastiche() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local chain='' literal='' prefix='' word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [ "$word" = -- ]; then literal=1; break; fi
    case "$word" in -*) continue ;; esac
    __pastiche_lookup "\${chain:+$chain }$word/options" >/dev/null || break
    chain="\${chain:+$chain }$word"
  done
  for ((; i < COMP_CWORD; i++)); do
    if [ "\${COMP_WORDS[i]}" = -- ]; then literal=1; fi
  done

  # --option=value comes as three words, or as one where = does not break words.
  if [ "$current" = = ]; then current=''
  elif [ "$previous" = = ] && [ "$COMP_CWORD" -ge 2 ]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"
  else
    case "$current" in --*=*)
      previous="\${current%%=*}"; prefix="$previous="; current="\${current#*=}" ;;
    esac
  fi
  case "$current" in
    [\\"\\']*) current="\${current#?}" ;;
    *) current="\${current//\\\\/}" ;;
  esac

  if [ -z "$literal" ]; then
    case "$previous" in -*)
      if __pastiche_lookup "$chain/$previous" >/dev/null; then
        __pastiche_offer "$chain/$previous"
        return
      fi ;;
    esac
    case "$current" in -*) __pastiche_offer "$chain/options"; return ;; esac
  fi
  __pastiche_offer "$chain/commands"
  __pastiche_offer "$chain/argument"
}

__pastiche_offer() {
  local candidate name
  while IFS= read -r candidate; do
    case "$candidate" in
      :files) while IFS= read -r name; do __pastiche_add "$name"; done < <(compgen -f -- "$current") ;;
      :folders) while IFS= read -r name; do __pastiche_add "$name"; done < <(compgen -d -- "$current") ;;
      :*) while IFS= read -r name; do __pastiche_add_named "$name"; done < <(__pastiche_list "\${candidate#:}") ;;
      *) __pastiche_add "\${candidate%%$'\\t'*}" ;;
    esac
  done < <(__pastiche_lookup "$1")
}

__pastiche_add() {
  case "$1" in "$current"*) COMPREPLY+=("$prefix$1") ;; esac
}

# Presets are found whatever their capitals.
__pastiche_add_named() {
  local before
  before=$(shopt -p nocasematch)
  shopt -s nocasematch
  __pastiche_add "$1"
  $before
}

# With -o filenames, bash itself quotes what has to be quoted.
complete -o filenames -F _pastiche pastiche
`
}
