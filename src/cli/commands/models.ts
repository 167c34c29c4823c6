import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { weightFamilies, type WeightFamily } from '../../shared/contract/models.ts'
import { exitCodes, PasticheError } from '../../shared/errors.ts'
import {
  appPaths,
  openModelStore,
  type InstalledModel,
  type ModelStore,
  type Verification,
} from '../../host/index.ts'
import { colours, line, type Coloured } from '../colours.ts'
import { JsonDownloadReporter, TerminalDownloadReporter } from '../download-reporter.ts'
import { withEngine } from '../engine.ts'
import { showModels } from '../models-list.ts'
import { openPresets } from '../presets.ts'
import { EndSignals } from '../end-signals.ts'
import { print, printLines, say } from '../output.ts'

interface ModelsOptions {
  readonly json?: boolean
}

interface ImportOptions extends ModelsOptions {
  readonly allowUnverified?: boolean
  readonly family?: WeightFamily
}

const note = `
Downloads come from their publishers, through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, or from the
address in PASTICHE_MODELS_URL alone. With PASTICHE_OFFLINE=1 no connection is ever opened.
`

export function addModelsCommand(program: Command): void {
  const models = program
    .command('models')
    .description('Download, import, check and remove networks.')
    .addHelpText('after', note)
  addCommand(models, 'list', 'List installed networks and available downloads.').action(
    ({ json }: ModelsOptions) => withStore((store) => showModels(store, json ?? false)),
  )
  addCommand(models, 'download', 'Download networks; an interrupted download resumes.')
    .argument('[model...]', 'vgg19, vgg16 or a model of the list (default: vgg19)')
    .action((ids: string[], options: ModelsOptions) => downloadModels(ids, options))
  addCommand(
    models,
    'import',
    'Import a network from a weights file: .h5, .keras, .safetensors, .pth or .onnx.',
  )
    .argument('<file>', 'the weights file; it is not changed')
    .option('--allow-unverified', 'accept a file that is not a published one')
    .addOption(
      new Option('--family <family>', 'the preprocessing that the weights expect').choices([
        ...weightFamilies,
      ]),
    )
    .action((file: string, options: ImportOptions) => importModel(file, options))
  addCommand(models, 'verify', 'Check the installed networks byte by byte.')
    .argument('[network]', 'only this one')
    .action(async (id: string | undefined, { json }: ModelsOptions) => {
      process.exitCode = await withStore((store) => verifyModels(store, id, json ?? false))
    })
  addCommand(models, 'remove', 'Remove a network and its unfinished downloads.')
    .argument('<network>', 'vgg19 or vgg16')
    .action((id: string, { json }: ModelsOptions) => removeModel(id, json ?? false))
  addCommand(models, 'path', 'Print the folder of the networks, or the file of one.')
    .argument('[network]', 'vgg19 or vgg16')
    .action((id: string | undefined, { json }: ModelsOptions) =>
      withStore((store) => {
        const path = id === undefined ? store.folder : store.path(id)
        if (json) print({ path })
        else printLines(path)
      }),
    )
}

function addCommand(models: Command, name: string, description: string): Command {
  return models.command(name).description(description).option('--json', 'print JSON')
}

/** The store of this user; the engine starts when it has a file to read. */
function withStore<T>(work: (store: ModelStore) => T | Promise<T>): Promise<T> {
  return withEngine(async (engine) =>
    work(await openModelStore({ paths: appPaths(), engine, onNotice: sayNotice })),
  )
}

function downloadModels(ids: readonly string[], { json = false }: ModelsOptions): Promise<void> {
  return interruptible((signal) =>
    withStore(async (store) => {
      for (const id of ids.length > 0 ? ids : ['vgg19']) await downloadModel(store, id, json, signal)
    }),
  )
}

async function downloadModel(
  store: ModelStore,
  id: string,
  json: boolean,
  signal: AbortSignal,
): Promise<void> {
  const reporter = json ? new JsonDownloadReporter(id) : new TerminalDownloadReporter()
  try {
    const installed = await store.download(id, {
      signal,
      onProgress: (progress) => reporter.progress(progress),
      onNotice: (message) => reporter.notice(message),
    })
    reporter.end()
    if (json) print({ event: 'done', id, ...installed })
    else
      sayInstalled(
        installed.fresh ? `${installed.origin} is ready` : `${installed.origin} is here already`,
        installed.path,
      )
  } catch (thrown) {
    reporter.end()
    if (json) print({ event: 'failed', id, error: PasticheError.from(thrown).toData() })
    throw thrown
  }
}

function importModel(file: string, options: ImportOptions): Promise<void> {
  const { allowUnverified = false, family = null, json } = options
  const path = resolve(file)
  return interruptible((signal) =>
    withStore(async (store) => {
      const imported = await store.import(path, { allowUnverified, family, signal, onNotice: sayNotice })
      if (json) {
        print(imported)
        return
      }
      say(imported.found)
      if (!imported.verified) say(colours.yellow('It is marked as unverified.'))
      sayInstalled(`${imported.network} is ready`, imported.path)
      await sayUse(imported)
    }),
  )
}

/** How to paint with a network that has just been imported, and which presets are made for it. */
async function sayUse({ network, convolutions }: InstalledModel): Promise<void> {
  say(`Use it: pastiche stylize PHOTO --style PAINTING --network ${network}`)
  if (convolutions !== undefined) {
    say('It was cut: name layers that it has with --content-layers and --style-layers.')
    return
  }
  const { presets } = await openPresets().list()
  const made = presets.filter(({ parameters }) => parameters.network === network).map(({ name }) => name)
  if (made.length > 0) say(`Presets made for it: ${made.join(', ')}`)
}

async function verifyModels(store: ModelStore, id: string | undefined, json: boolean): Promise<number> {
  const results = await store.verify(id)
  if (json) print(results)
  else if (results.length === 0) say('No network is installed.')
  else for (const result of results) printLines(describeResult(result))
  return results.every(({ ok }) => ok) ? 0 : exitCodes.weights
}

function describeResult(result: Verification): Coloured {
  if (!result.ok)
    return line`${colours.red('✗')} ${result.network}  ${result.error.message} ${result.error.hint}`
  const { network, origin, verified } = result
  return line`${colours.green('✓')} ${network}  intact: ${origin}, ${verified ? 'verified' : 'unverified'}`
}

async function removeModel(id: string, json: boolean): Promise<void> {
  const { network, removed } = await withStore((store) => store.remove(id, { onNotice: sayNotice }))
  if (json) print({ network, removed })
  else if (removed.length === 0) say(`${network} is not installed.`)
  else for (const path of removed) say(`Removed ${path}`)
}

/** Work that Ctrl-C ends in an orderly way: what has arrived of a download is kept. A second Ctrl-C ends it at once. */
async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interrupt = new AbortController()
  const signals = new EndSignals({ first: () => interrupt.abort() })
  try {
    await work(interrupt.signal)
  } catch (thrown) {
    if (!interrupt.signal.aborted) throw thrown
    const { message, hint } = PasticheError.from(thrown)
    sayNotice(message)
    say(colours.dim(hint))
    process.exitCode = signals.exitCode ?? exitCodes.interrupted
  } finally {
    signals.dispose()
  }
}

function sayInstalled(what: string, path: string): void {
  say(colours.green(`${what}.`))
  printLines(path)
}

function sayNotice(message: string): void {
  say(colours.yellow(message))
}
