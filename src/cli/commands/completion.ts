import { Argument, type Command } from 'commander'
import { realpathSync } from 'node:fs'
import { appPaths, openModelStore, Presets } from '../../host/index.ts'
import { visibleText } from '../../shared/visible-text.ts'
import { bashCompletion } from '../completion/bash.ts'
import { describeCommands, type DescribedCommand } from '../completion/describe-commands.ts'
import { fishCompletion } from '../completion/fish.ts'
import { listedKinds, type Caller, type ListedKind } from '../completion/shell-parts.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { withEngine } from '../engine.ts'
import { printBlock, printLines } from '../output.ts'

type Writer = (commands: readonly DescribedCommand[], caller: Caller) => string
const writers: Readonly<Record<string, Writer>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

const examples = `
To install it:
  bash  pastiche completion bash > ~/.local/share/bash-completion/completions/pastiche
        (or, without the package bash-completion, in ~/.bashrc: source <(pastiche completion bash))
  zsh   pastiche completion zsh > "\${fpath[1]}/_pastiche", then start zsh again
        (or in ~/.zshrc, after compinit: source <(pastiche completion zsh))
  fish  pastiche completion fish > ~/.config/fish/completions/pastiche.fish
`

export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('Print a script that completes commands, options and names in your shell.')
    .addArgument(new Argument('<shell>', 'shell to complete in').choices(Object.keys(writers)))
    .addHelpText('after', examples)
    .action((shell: string) => {
      const caller = { node: process.execPath, script: realpathSync(process.argv[1]!) }
      printBlock(writers[shell]!(describeCommands(program), caller))
    })
  // Those scripts ask for the names that change.
  program
    .command('complete', { hidden: true })
    .addArgument(new Argument('<kind>').choices([...listedKinds]))
    .action(async (kind: ListedKind) => printLines(...(await namesOf(kind))))
}

async function namesOf(kind: ListedKind): Promise<string[]> {
  if (kind === 'presets') {
    const presets = await new Presets(appPaths()).peek()
    // A name that cannot be typed is not offered; the id means the same preset.
    return presets.map(({ id, name }) => (visibleText(name) === name ? name : id))
  }
  const states = await withEngine(async (engine) =>
    (await openModelStore({ paths: appPaths(), engine, onNotice: () => undefined })).list(),
  )
  const networks = states.map(({ network }) => network)
  if (kind === 'networks') return networks
  return [
    ...new Set([...networks, ...states.flatMap(({ downloads }) => downloads.map(({ entry }) => entry.id))]),
  ]
}
