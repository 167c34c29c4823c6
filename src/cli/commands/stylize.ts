import { Option, type Command } from 'commander'
import { createHash } from 'node:crypto'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, parse, resolve } from 'node:path'
import { deviceIds, job as jobSchema, type Job, type Outcome } from '../../shared/contract/engine.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'
import { parseOrThrow } from '../../shared/describe-issue.ts'
import { PasticheError } from '../../shared/errors.ts'
import {
  appPaths,
  Calibrations,
  forecast,
  familyNotice,
  runSteadily,
  type EngineHost,
  type StoredPreset,
} from '../../host/index.ts'
import { withEngine } from '../engine.ts'
import { dryRun } from '../dry-run.ts'
import { exitCodesHelp } from '../exit-codes.ts'
import { findInputs, outputFor, type Inputs } from '../inputs.ts'
import { Interrupt } from '../interrupt.ts'
import { addParameterOptions, readNumber, readParameters, startPicture } from '../parameter-options.ts'
import { exitCodeOf, paintList } from '../paint-list.ts'
import { JsonReporter, TerminalReporter, type Reporter } from '../reporter.ts'
import { mergeParameters } from '../../shared/merge-parameters.ts'
import { openPresets } from '../presets.ts'
import { assertNetworkTaken, weightsFile } from '../weights-file.ts'

export interface StylizeOptions {
  readonly style?: readonly string[]
  readonly preset?: string
  readonly styleWeights?: string
  readonly output?: string
  readonly device?: string
  readonly threads?: string
  readonly weights?: string
  readonly previewEvery?: string
  readonly previewDir?: string
  readonly quality?: string
  readonly bitDepth?: string
  readonly keepGps?: boolean
  readonly anew?: boolean
  readonly dryRun?: boolean
  readonly fit?: boolean
  readonly json?: boolean
  readonly [parameter: string]: unknown
}

const examples = `
Examples:
  pastiche stylize photo.jpg --style painting.jpg
  pastiche stylize --style painting.jpg photo1.jpg photo2.jpg
  pastiche stylize photo.jpg --style a.jpg --style b.jpg --style-weights 2,1 --size 1024 -o result.tiff --bit-depth 16
  pastiche stylize holiday/ --style painting.jpg -o painted/
  pastiche stylize photo.jpg --style painting.jpg --preset "strong style" --size 1024
  pastiche stylize photo.jpg --style-weight 0 --init noise        (what the content layers see)

--style takes one picture, and may stand before or after the photos. Where photos are named elsewhere too, further
names right after it are styles as well (photo.jpg --style a.jpg b.jpg); otherwise they are photos.
-- before a name that begins with - keeps it from being read as an option.
`

export function addStylizeCommand(program: Command): void {
  const command = program
    .command('stylize')
    .description('Paint photos in the style of pictures.')
    .argument('<photo...>', 'photos, folders or globs; every picture found is painted')
    .option('-s, --style <picture...>', 'style picture; repeat it to blend several')
    .option('-p, --preset <preset>', 'start from a preset; other options override it (see: pastiche presets)')
    .option('--style-weights <a,b,…>', 'one weight per style picture, in order (default: 1 each)')
    .option(
      '-o, --output <path>',
      'file, or a folder for several photos (default: <photo>-pastiche.png beside the photo)',
    )
    .option('--dry-run', 'print estimated time and memory without painting')
    .option('--fit', 'if memory is short, apply the first change that makes it fit')
    .option('--anew', 'ignore saved progress of an earlier run and start over')
    .option('--json', 'print one JSON event per line')
  addParameterOptions(command)
  command
    .addOption(
      new Option(`--device <${deviceIds.join('|')}>`, 'where to compute (default: auto)').helpGroup(
        'Machine:',
      ),
    )
    .addOption(new Option('--threads <number>', 'CPU threads (default: one per core)').helpGroup('Machine:'))
    .addOption(
      new Option(
        '--weights <file>',
        'use this weights file, in any format, instead of the installed one',
      ).helpGroup('Machine:'),
    )
    .addOption(
      new Option('--preview-every <steps>', 'save a preview every this many steps').helpGroup('Files:'),
    )
    .addOption(
      new Option('--preview-dir <folder>', 'folder for previews (default: previews)').helpGroup('Files:'),
    )
    .addOption(new Option('--quality <1-100>', 'JPEG and WebP quality (default: 92)').helpGroup('Files:'))
    .addOption(
      new Option('--bit-depth <8|16>', '16 is for PNG and TIFF only (default: 8)').helpGroup('Files:'),
    )
    .addOption(new Option('--keep-gps', 'keep the GPS position of the photo').helpGroup('Files:'))
    .addHelpText('after', examples + exitCodesHelp)
    .action(async (content: string[], options: StylizeOptions) => {
      process.exitCode = await stylize(content, options)
    })
}

/** Paints every photo that was named; returns the exit code. */
export async function stylize(named: readonly string[], options: StylizeOptions): Promise<number> {
  const reporter = options.json ? new JsonReporter() : new TerminalReporter()
  // Everything that is wrong with the options is told before a photo is looked for.
  const given = readParameters(options)
  const preset = options.preset === undefined ? null : await openPresets().resolve(options.preset)
  const parameters = mergeParameters(given, preset?.parameters)
  if (preset) for (const notice of await presetNotices(preset, parameters, options)) reporter.notice(notice)
  if (options.weights !== undefined) assertNetworkTaken(parameters.network, options.weights)
  const inputs = await findInputs(named)
  if (options.dryRun) return dryRuns(inputs, { options, parameters, reporter })
  const interrupt = new Interrupt()
  const painting = { options, parameters, isBatch: inputs.isBatch, reporter, interrupt }
  const { json: _, anew = false, ...command } = options
  const list = { command: { command, parameters }, anew, reporter, interrupt }
  try {
    return await withEngine((engine) =>
      inputs.isBatch
        ? paintList(inputs.files, list, (content, taken) => paintOne(engine, content, { ...painting, taken }))
        : paintOne(engine, inputs.files[0]!, { ...painting, taken: new Set() }).then(
            (outcome) => interrupt.exitCode ?? exitCodeOf([outcome]),
          ),
    )
  } finally {
    interrupt.dispose()
  }
}

/** What is worth knowing before the preset is painted with. */
async function presetNotices(
  preset: StoredPreset,
  { network }: Parameters,
  { weights }: StylizeOptions,
): Promise<string[]> {
  const notice = await familyNotice(preset, network, weights)
  return notice === null ? [...preset.notices] : [...preset.notices, notice]
}

/** What each photo would take. */
async function dryRuns(
  { files, isBatch }: Inputs,
  asked: Pick<Painting, 'options' | 'parameters' | 'reporter'>,
): Promise<number> {
  const { options } = asked
  const taken = new Set<string>()
  await withEngine(async (engine) => {
    for (const content of files) {
      const job = await makeJob(engine, content, { ...asked, isBatch, taken })
      await dryRun(engine, job, options.json ?? false)
    }
  })
  return 0
}

/** The job as it is, or with the first change that makes it fit into memory. */
async function fitted(engine: EngineHost, job: Job, reporter: Reporter): Promise<Job> {
  const { device } = await engine.call('chooseDevice', { device: job.device })
  const calibrations = new Calibrations('', '')
  const { options } = await forecast({ planner: engine, calibrations }, job, device)
  const [first] = options
  if (first === undefined) return job
  reporter.notice(`Memory is short: ${first.words}.`)
  return { ...job, parameters: mergeParameters(first.changes, job.parameters) }
}

interface Painting {
  readonly options: StylizeOptions
  readonly parameters: Parameters
  readonly isBatch: boolean
  /** Results of this list so far. */
  readonly taken: Set<string>
  readonly reporter: Reporter
  readonly interrupt: Interrupt
}

async function paintOne(engine: EngineHost, content: string, painting: Painting): Promise<Outcome> {
  const { reporter, interrupt } = painting
  let outcome: Outcome
  try {
    const job = await makeJob(engine, content, painting)
    const asked = painting.options.fit ? await fitted(engine, job, reporter) : job
    const running = runSteadily(engine, asked, {
      onStart: ({ plan, device, resumedFrom }) => {
        reporter.start({ plan, device })
        if (resumedFrom !== null && resumedFrom > 0)
          reporter.notice(`Going on from step ${resumedFrom}, where it was saved.`)
      },
      onProgress: (progress) => reporter.progress(progress),
      onPreview: (preview) => reporter.preview(preview),
      onNotice: (message) => reporter.notice(message),
    })
    interrupt.watch(running)
    outcome = await running.outcome
  } catch (thrown) {
    outcome = { state: 'failed', error: PasticheError.from(thrown).toData(), path: null }
  }
  reporter.end(outcome)
  return outcome
}

async function makeJob(
  engine: EngineHost,
  content: string,
  { options, parameters, isBatch, taken, reporter }: Omit<Painting, 'interrupt'>,
): Promise<Job> {
  const initPicture = startPicture(options)
  const path = await outputFor(content, options.output, isBatch, taken)
  return withCheckpoint(options, {
    content: resolve(content),
    styles: stylesOf(options),
    initPicture: initPicture && resolve(initPicture),
    output: {
      path,
      ...given({ quality: options.quality, bitDepth: options.bitDepth }),
      keepGps: options.keepGps ?? false,
    },
    parameters,
    device: options.device ?? 'auto',
    ...given({ threads: options.threads }),
    weightsPath: await weightsFile(parameters.network, options.weights, engine, (message) =>
      reporter.notice(message),
    ),
    preview: previewOf(options, isBatch ? parse(path).name : ''),
  })
}

/** A job is saved under all that decides it: the same command again goes on with it. */
function withCheckpoint({ anew = false }: StylizeOptions, given: Record<string, unknown>): Job {
  const parsed = parseOrThrow(jobSchema, given)
  const key = createHash('sha256').update(JSON.stringify(parsed)).digest('hex').slice(0, 32)
  const path = join(appPaths().cache, 'checkpoints', `${key}.checkpoint`)
  const { path: output } = parsed.output
  return {
    ...parsed,
    checkpoint: { path, everyMs: 30_000, resume: anew ? 'no' : 'exact' },
    refuges: [dirname(parsed.content), homedir(), tmpdir()].filter((folder) => folder !== dirname(output)),
  }
}

/** @param subfolder of one photo in a list, whose numbered previews would replace those of the photo before */
function previewOf(
  options: StylizeOptions,
  subfolder: string,
): { everySteps: unknown; folder: string } | null {
  const { previewEvery, previewDir } = options
  if (previewEvery !== undefined)
    return { everySteps: readNumber(previewEvery), folder: resolve(previewDir ?? 'previews', subfolder) }
  if (previewDir === undefined) return null
  throw new PasticheError('invalid-request', 'Expected --preview-every with --preview-dir, received none.')
}

/** Numbers that were given; what was not is left to the schema's default. */
function given(texts: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const present = Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(present.map(([name, text]) => [name, readNumber(text)]))
}

function stylesOf({ style = [], styleWeights }: StylizeOptions): { path: string; weight: unknown }[] {
  const weights = styleWeights?.split(',').map(readNumber) ?? style.map(() => 1)
  if (weights.length !== style.length)
    throw new PasticheError(
      'invalid-request',
      `Expected ${style.length} style weights, one for each style picture, received ${weights.length}.`,
    )
  return style.map((path, i) => ({ path: resolve(path), weight: weights[i] }))
}
