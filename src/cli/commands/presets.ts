import type { Command } from 'commander'
import { appPaths, Presets, type SavedPreset, type StoredPreset } from '../../host/index.ts'
import { overridePreset } from '../../shared/contract/preset.ts'
import { PasticheError } from '../../shared/errors.ts'
import { colours, line } from '../colours.ts'
import { addParameterOptions, asOptions, readParameters, startPicture } from '../parameter-options.ts'
import { openPresets } from '../presets.ts'
import { print, printLines, say } from '../output.ts'

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
  pastiche presets export "thick paint"                           (writes thick-paint.pastiche)
`

export function addPresetsCommand(program: Command): void {
  const presets = program
    .command('presets')
    .description('Show, save and share recipes of parameters.')
    .addHelpText('after', examples)
  addCommand(presets, 'list', 'List all presets.').action(listPresets)
  addCommand(presets, 'show', 'Show a preset as the options that do the same.')
    .argument('<preset>')
    .action(showPreset)
  const save = addCommand(presets, 'save', 'Save parameters as a preset.')
    .argument('<name>', 'a preset of your own with this name is replaced')
    .option('--from <preset>', 'start from this preset; other options override it')
    .option('--description <text>', 'one sentence about it')
  addParameterOptions(save)
  save.action(savePreset)
  addCommand(presets, 'import', 'Add a preset from a file.')
    .argument('<file>', 'a file that "pastiche presets export" wrote')
    .option('--name <name>', 'use this name instead of the one in the file')
    .option('--replace', 'replace a preset of the same name')
    .action(importPreset)
  addCommand(presets, 'export', 'Write a preset to a file, to share it.')
    .argument('<preset>')
    .option('-o, --output <path>', 'file or folder (default: <preset>.pastiche here)')
    .option('--overwrite', 'replace a file that exists')
    .action(exportPreset)
  addCommand(presets, 'remove', 'Remove a preset of your own.').argument('<preset>').action(removePreset)
}

function addCommand(presets: Command, name: string, description: string): Command {
  return presets.command(name).description(description).option('--json', 'print JSON')
}

async function listPresets({ json }: JsonOption): Promise<void> {
  // Problems are part of the JSON; otherwise they are told as they are found.
  const { presets, problems } = json ? await new Presets(appPaths()).list() : await openPresets().list()
  if (json) {
    print({ presets: presets.map(asJson), problems })
    return
  }
  const width = Math.max(...presets.map(({ name }) => name.length))
  for (const { name, builtIn, description } of presets) {
    const mark = builtIn ? colours.dim('·') : colours.green('✓')
    printLines(line`${mark} ${name.padEnd(width)}  ${firstSentence(description)}`)
  }
}

async function showPreset(name: string, { json }: JsonOption): Promise<void> {
  const preset = await openPresets().resolve(name)
  if (json) {
    print(asJson(preset))
    return
  }
  for (const notice of preset.notices) say(colours.yellow(notice))
  const options = asOptions(preset.parameters)
  printLines(
    line`${colours.bold(preset.name)}${colours.dim(preset.builtIn ? '  (built in)' : `  (${preset.path})`)}`,
    ...(preset.description === '' ? [] : [preset.description]),
    '',
    ...(options.length === 0
      ? ['Every value is the default of the network.']
      : options.map((text) => `  ${text}`)),
  )
}

async function savePreset(name: string, options: SaveOptions): Promise<void> {
  if (startPicture(options) !== null)
    throw new PasticheError(
      'invalid-request',
      'A preset cannot start from a file; it has to fit every photo.',
      { hint: 'Use --init content, style or noise, or give --init FILE to "pastiche stylize".' },
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
  for (const notice of saved.preset.notices) say(colours.yellow(notice))
  tellSaved(saved, { json })
}

async function exportPreset(name: string, { json, output, overwrite }: ExportOptions): Promise<void> {
  const path = await openPresets().exportFile(name, output, overwrite)
  if (json) print({ path })
  else printLines(path)
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
  say(colours.green(`${what} "${preset.name}".`))
  printLines(preset.path)
}

function asJson(preset: StoredPreset): Record<string, unknown> {
  const { id, name, description, builtIn, path, weightFamily, parameters, notices } = preset
  return { id, name, description, builtIn, path, weightFamily, parameters, notices }
}

/** Up to the first full stop or colon that ends something. */
function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text
}
