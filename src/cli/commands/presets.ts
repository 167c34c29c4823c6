import type { Command } from 'commander'
import { appPaths, Presets, type SavedPreset, type StoredPreset } from '../../host/index.ts'
import { overridePreset } from '../../shared/contract/preset.ts'
import { PasticheError } from '../../shared/errors.ts'
import { messageColours, resultColours } from '../colours.ts'
import { addParameterOptions, asOptions, readParameters, startPicture } from '../parameter-options.ts'
import { openPresets } from '../presets.ts'
import { print, say } from '../reporter.ts'

interface JsonOption {
  readonly json?: boolean
}

interface SaveOptions extends JsonOption {
  readonly from?: string
  readonly description?: string
  readonly [parameter: string]: unknown
}

interface ImportOptions extends JsonOption {
  readonly name?: string
  readonly replace?: boolean
}

interface ExportOptions extends JsonOption {
  readonly output?: string
  readonly overwrite?: boolean
}

const examples = `
Examples:
  pastiche presets save "Thick paint" --from gentle --size 1024 --style-scale 2
  pastiche stylize photo.jpg --style painting.jpg --preset "thick paint"
  pastiche presets export "thick paint"                           (writes thick-paint.pastiche, to hand on)
`

export function addPresetsCommand(program: Command): void {
  const presets = program
    .command('presets')
    .description('Show, keep and hand on recipes of parameters.')
    .addHelpText('after', examples)
  addCommand(presets, 'list', 'Show every preset.').action(listPresets)
  addCommand(presets, 'show', 'Show what a preset does, as the options that would do the same.')
    .argument('<name>')
    .action(showPreset)
  const save = addCommand(presets, 'save', 'Save parameters under a name of your own.')
    .argument('<name>', 'one of your own of that name is replaced')
    .option('--from <preset>', 'start from that one; every other option overrides it')
    .option('--description <text>', 'what it is good for')
  addParameterOptions(save)
  save.action(savePreset)
  addCommand(presets, 'import', 'Take a preset from a file.')
    .argument('<file>', 'as "pastiche presets export" writes it')
    .option('--name <name>', 'another name than the one in the file')
    .option('--replace', 'also where there is another preset of that name')
    .action(importPreset)
  addCommand(presets, 'export', 'Write a preset to a file, to hand on.')
    .argument('<name>')
    .option('-o, --output <path>', 'file or folder (default: <preset>.pastiche here)')
    .option('--overwrite', 'replace a file that exists')
    .action(exportPreset)
  addCommand(presets, 'remove', 'Remove a preset of your own.').argument('<name>').action(removePreset)
}

function addCommand(presets: Command, name: string, description: string): Command {
  return presets.command(name).description(description).option('--json', 'as JSON')
}

async function listPresets({ json }: JsonOption): Promise<void> {
  // Problems are part of the JSON; otherwise they are told as they are found.
  const { presets, problems } = json ? await new Presets(appPaths()).list() : await openPresets().list()
  if (json) {
    print({ presets: presets.map(asJson), problems })
    return
  }
  const width = Math.max(...presets.map(({ name }) => name.length))
  const lines = presets.map(
    ({ name, builtIn, description }) =>
      `${builtIn ? resultColours.dim('·') : resultColours.green('✓')} ${name.padEnd(width)}  ${firstSentence(description)}`,
  )
  process.stdout.write(`${lines.join('\n')}\n`)
}

async function showPreset(name: string, { json }: JsonOption): Promise<void> {
  const preset = await openPresets().resolve(name)
  if (json) {
    print(asJson(preset))
    return
  }
  for (const notice of preset.notices) say(messageColours.yellow(notice))
  const options = asOptions(preset.parameters)
  const lines = [
    resultColours.bold(preset.name) +
      resultColours.dim(preset.builtIn ? '  (built in)' : `  (${preset.path})`),
    ...(preset.description === '' ? [] : [preset.description]),
    '',
    ...(options.length === 0 ? ['Everything as the network has it.'] : options.map((text) => `  ${text}`)),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

async function savePreset(name: string, options: SaveOptions): Promise<void> {
  if (startPicture(options) !== null)
    throw new PasticheError(
      'invalid-request',
      'Expected a start that fits every photo (content, style or noise), received a file.',
      { hint: 'Give --init FILE to "pastiche stylize" instead.' },
    )
  const given = readParameters(options)
  const presets = openPresets()
  const base = options.from === undefined ? null : await presets.resolve(options.from)
  const saved = await presets.save({
    name,
    description: options.description ?? '',
    parameters: overridePreset(base?.parameters ?? {}, given),
    ...(base && { base }),
  })
  tellSaved(saved, options)
}

async function importPreset(file: string, { json, ...options }: ImportOptions): Promise<void> {
  const saved = await openPresets().import(file, options)
  for (const notice of saved.preset.notices) say(messageColours.yellow(notice))
  tellSaved(saved, { json })
}

async function exportPreset(name: string, { json, output, overwrite }: ExportOptions): Promise<void> {
  const path = await openPresets().exportFile(name, output, overwrite)
  if (json) print({ path })
  else process.stdout.write(`${path}\n`)
}

async function removePreset(name: string, { json }: JsonOption): Promise<void> {
  const preset = await openPresets().remove(name)
  if (json) print(asJson(preset))
  else say(`Removed "${preset.name}".`)
}

function tellSaved({ preset, change }: SavedPreset, { json }: { readonly json?: boolean | undefined }): void {
  if (json) {
    print({ change, ...asJson(preset) })
    return
  }
  const what = { added: 'Saved', replaced: 'Replaced', unchanged: 'Already there:' }[change]
  say(messageColours.green(`${what} "${preset.name}".`))
  process.stdout.write(`${preset.path}\n`)
}

function asJson(preset: StoredPreset): Record<string, unknown> {
  const { id, name, description, builtIn, path, weightFamily, parameters, notices } = preset
  return { id, name, description, builtIn, path, weightFamily, parameters, notices }
}

/** Up to the first full stop or colon that ends something. */
function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text
}
