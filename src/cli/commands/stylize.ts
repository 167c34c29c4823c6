import { Option, type Command } from 'commander'
import { basename, dirname } from 'node:path'
import { deviceIds } from '../../shared/contract/device.ts'
import { picturePath, type JobSpec, type Outcome } from '../../shared/contract/job.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'
import { exitCodes, PasticheError } from '../../shared/errors.ts'
import {
  Calibrations,
  forecast,
  familyNotice,
  runWithRetries,
  type EngineHost,
  type StoredPreset,
} from '../../host/index.ts'
import { withEngine } from '../engine.ts'
import { dryRuns } from '../dry-run.ts'
import { exitCodesHelp } from '../exit-codes.ts'
import { findInputs } from '../inputs.ts'
import { Interrupt } from '../interrupt.ts'
import { planResults } from '../output-names.ts'
import { addParameterOptions, readParameters } from '../parameter-options.ts'
import { exitCodeOf, paintList } from '../paint-list.ts'
import { deliver } from '../deliver.ts'
import { JsonReporter, TerminalReporter, type Reporter } from '../reporter.ts'
import { readTarget, type Target } from '../result-target.ts'
import { StandardStreams } from '../standard-streams.ts'
import { makeJob, otherPictures, type JobMaker, type StylizeOptions } from '../stylize-job.ts'
import { mergeParameters } from '../../shared/merge-parameters.ts'
import { openPresets } from '../presets.ts'
import { assertNetworkTaken } from '../weights-file.ts'

const examples = `
Examples:
  pastiche stylize photo.jpg --style painting.jpg
  pastiche stylize --style painting.jpg photo1.jpg photo2.jpg
  pastiche stylize photo.jpg --style a.jpg --style b.jpg --style-weights 2,1 --size 1024 -o result.tiff --bit-depth 16
  pastiche stylize holiday/ --style painting.jpg -o painted/ --format jpeg
  pastiche stylize - --style painting.jpg -o - < photo.jpg > painted.png
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
    .argument(
      '<photo...>',
      'photos, folders or globs; every picture found is painted; - reads one from standard input',
    )
    .option(
      '-s, --style <picture...>',
      'style picture; repeat it to blend several; - reads one from standard input',
    )
    .option('-p, --preset <preset>', 'start from a preset; other options override it (see: pastiche presets)')
    .option('--style-weights <a,b,…>', 'one weight per style picture, in order (default: 1 each)')
    .option(
      '-o, --output <path>',
      'file, folder, or - for standard output (default: <photo>-pastiche.png beside the photo, numbered)',
    )
    .option('--overwrite', 'replace results that exist')
    .option('--dry-run', 'print estimated time and memory without painting')
    .option('--fit', 'if memory is short, apply the first change that makes it fit')
    .option('--restart', 'ignore saved progress')
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
    .addOption(
      new Option(
        '--format <png|jpeg|webp|tiff>',
        'format of results, where --output names no file (default: png)',
      ).helpGroup('Files:'),
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
  // Everything that is wrong with the options is told before a photo is looked for.
  const given = readParameters(options)
  const target = await readTarget(options)
  const isPiped = target.place.kind === 'stdout'
  const reporter = options.json ? new JsonReporter() : new TerminalReporter(isPiped)
  const preset = options.preset === undefined ? null : await openPresets().resolve(options.preset)
  const parameters = mergeParameters(given, preset?.parameters)
  if (preset) for (const notice of await presetNotices(preset, parameters, options)) reporter.notice(notice)
  if (options.weights !== undefined) assertNetworkTaken(parameters.network, options.weights)
  const streams = await StandardStreams.open([...named, ...otherPictures(options)], isPiped)
  try {
    const request = { named, options, parameters, preset, target, streams, reporter }
    return await withEngine((engine) => fulfil(engine, request))
  } catch (thrown) {
    throw streams?.inWords(PasticheError.from(thrown)) ?? thrown
  } finally {
    await streams?.remove()
  }
}

interface Request {
  readonly named: readonly string[]
  readonly options: StylizeOptions
  readonly parameters: Parameters
  readonly preset: StoredPreset | null
  readonly target: Target
  readonly streams: StandardStreams | null
  readonly reporter: Reporter
}

async function fulfil(engine: EngineHost, request: Request): Promise<number> {
  const { named, options, parameters, preset, target, streams, reporter } = request
  const file = (name: string): string => streams?.resolve(name) ?? name
  const { files, isBatch, leftOut } = await findInputs(named.map(file), engine)
  const results = await planResults(files, target, {
    isBatch,
    inputs: [
      ...[...files, ...otherPictures(options).map(file)],
      ...[options.weights, preset?.path].filter((path) => path !== undefined),
    ],
    nameless: new Map(streams?.input ? [[streams.input.path, 'stdin']] : []),
    scratch: streams?.folder ?? null,
  })
  const onNotice = (message: string): void => reporter.notice(message)
  const maker = { options, parameters, isBatch, results, streams, onNotice }
  if (options.dryRun)
    return dryRuns(engine, files, { maker, fit: (job) => fitted(engine, job, options, reporter) })
  const interrupt = new Interrupt()
  const painting = { maker, reporter, interrupt }
  const { json: _, overwrite: __, restart = false, ...command } = options
  const list = { command: { command, parameters }, restart, leftOut, reporter, interrupt }
  try {
    if (isBatch)
      return await paintList(
        files,
        list,
        (left) => assertPaintable(engine, left, maker),
        (content) => paintOne(engine, content, painting),
      )
    const outcome = await paintOne(engine, files[0]!, painting)
    return interrupt.exitCode ?? exitCodeOf([outcome])
  } finally {
    interrupt.dispose()
  }
}

/** Notices about a preset before painting with it. */
async function presetNotices(
  preset: StoredPreset,
  { network }: Parameters,
  { weights }: StylizeOptions,
): Promise<string[]> {
  const notice = await familyNotice(preset, network, weights)
  return notice === null ? [...preset.notices] : [...preset.notices, notice]
}

/**
 * Ends a list before its first photo where none of them can be painted for the same reason.
 *
 * @throws PasticheError what is wrong with the styles, the weights, the output …
 */
async function assertPaintable(engine: EngineHost, files: readonly string[], maker: JobMaker): Promise<void> {
  const isOwnFolder = maker.options.output === undefined
  const mismatches: PasticheError[] = []
  for (const content of files) {
    const { problem } = await engine.call('check', await makeJob(engine, content, maker))
    if (problem === null) return
    const error = PasticheError.fromData(problem.error)
    // Beside each photo is another place for each.
    const isOfPlace = isOwnFolder && error.exitCode === exitCodes.output
    if (problem.concerns === 'settings' && !isOfPlace) throw error
    if (problem.concerns === 'both') mismatches.push(error)
  }
  if (mismatches.length === files.length && mismatches[0]) throw mismatches[0]
}

/** The job as it is, or, with --fit, with the first change that makes it fit into memory. */
async function fitted(
  engine: EngineHost,
  job: JobSpec,
  { fit }: StylizeOptions,
  reporter: Reporter,
): Promise<JobSpec> {
  if (!fit) return job
  const { device } = await engine.call('chooseDevice', { device: job.resources.device })
  const calibrations = new Calibrations('', '')
  const { options } = await forecast({ planner: engine, calibrations }, job, device)
  const [first] = options
  if (first === undefined) return job
  reporter.notice(`Memory is short: ${first.words}.`)
  const { method } = job
  return { ...job, method: { ...method, parameters: mergeParameters(first.changes, method.parameters) } }
}

interface PaintRequest {
  readonly maker: JobMaker
  readonly reporter: Reporter
  readonly interrupt: Interrupt
}

async function paintOne(
  engine: EngineHost,
  content: string,
  { maker, reporter, interrupt }: PaintRequest,
): Promise<Outcome> {
  let outcome: Outcome
  try {
    const job = await makeJob(engine, content, maker)
    const asked = await fitted(engine, job, maker.options, reporter)
    const running = runWithRetries(engine, asked, {
      onStart: ({ plan, device, resumedFrom }) => {
        reporter.start({ plan, device })
        if (resumedFrom !== null && resumedFrom > 0) reporter.notice(`Resuming from step ${resumedFrom}.`)
      },
      onProgress: (progress) => reporter.progress(progress),
      onPreview: (preview) => reporter.preview(preview),
      onNotice: (message) => reporter.notice(message),
    })
    interrupt.watch(running)
    outcome = await deliver(await running.outcome, job, maker.streams)
    // A program reads the path.
    if (!maker.options.json) tellNumber(outcome, job.output.path, reporter)
  } catch (thrown) {
    outcome = { state: 'failed', error: PasticheError.from(thrown).toData(), outputs: [] }
  }
  if (outcome.state === 'failed' && maker.streams !== null)
    outcome = { ...outcome, error: maker.streams.inWords(PasticheError.fromData(outcome.error)).toData() }
  reporter.end(outcome)
  return outcome
}

/** A result that was numbered is told with the reason. */
function tellNumber(outcome: Outcome, planned: string, reporter: Reporter): void {
  const path = picturePath(outcome)
  if (outcome.state !== 'done' || path === null || path === planned) return
  if (dirname(path) === dirname(planned))
    reporter.notice(`${basename(planned)} exists already: saved as ${basename(path)}.`)
}
