import { createHash } from 'node:crypto'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { contentPath, jobSpec, type JobSpec } from '../shared/contract/job.ts'
import type { DeviceId } from '../shared/contract/device.ts'
import type { Parameters } from '../shared/contract/parameters.ts'
import { optimiseRequest } from '../shared/contract/optimise-job.ts'
import { parseOrThrow } from '../shared/describe-issue.ts'
import { PasticheError } from '../shared/errors.ts'
import { appPaths, type EngineHost } from '../host/index.ts'
import type { PlannedResult } from './output-names.ts'
import { flagOf, startPicture } from './parameter-options.ts'
import { readNumber, readPlain } from './read-number.ts'
import type { StandardStreams } from './standard-streams.ts'
import { weightsFile } from './weights-file.ts'

export interface StylizeOptions {
  readonly style?: readonly string[]
  readonly preset?: string
  readonly styleWeights?: string
  readonly output?: string
  readonly format?: string
  readonly overwrite?: boolean
  /** For other commands: a name that is taken is numbered, though `output` gives it. */
  readonly numbered?: boolean
  readonly device?: string
  readonly threads?: string
  readonly weights?: string
  readonly previewEvery?: string
  readonly previewDir?: string
  readonly quality?: string
  readonly bitDepth?: string
  readonly keepGps?: boolean
  readonly restart?: boolean
  readonly dryRun?: boolean
  readonly fit?: boolean
  readonly json?: boolean
  readonly [parameter: string]: unknown
}

/** Settings shared by the jobs of one command. */
export interface JobMaker {
  readonly options: StylizeOptions
  readonly parameters: Parameters
  readonly isBatch: boolean
  readonly results: ReadonlyMap<string, PlannedResult>
  readonly streams: StandardStreams | null
  readonly onNotice: (message: string) => void
}

/** The pictures that a command names besides its photos. */
export function otherPictures(options: StylizeOptions): string[] {
  const start = startPicture(options)
  return [...(options.style ?? []), ...(start === null ? [] : [start])]
}

/**
 * The job of one photo.
 *
 * @throws PasticheError `invalid-request`, and as {@link weightsFile}
 */
export async function makeJob(engine: EngineHost, content: string, maker: JobMaker): Promise<JobSpec> {
  const { options, parameters, isBatch, streams } = maker
  const { path, placing, previews } = maker.results.get(content)!
  const file = (name: string): string => resolve(streams?.resolve(name) ?? name)
  const start = startPicture(options)
  for (const one of [content, path]) assertPathLength(resolve(one))
  const request = optimiseRequest({
    content: resolve(content),
    styles: stylesOf(options).map((style) => ({ ...style, path: file(style.path) })),
    start: start === null ? null : file(start),
    network: await weightsFile(parameters.network, options.weights, engine, maker.onNotice),
    parameters,
    output: {
      ...{ path, placing, keepGps: options.keepGps ?? false },
      ...whole({ quality: options.quality, bitDepth: options.bitDepth }),
    },
    resources: { device: (options.device ?? 'auto') as DeviceId, ...whole({ threads: options.threads }) },
    preview: previewOf(options, isBatch ? previews : ''),
  })
  const job = parseOrThrow(jobSpec, request, { nameOf: optionOf })
  return withCheckpoint(job, maker)
}

/** Options behind the fields of a job; what was given in them is checked with the whole job, so it may not be a number yet. */
const optionOf = (path: readonly PropertyKey[]): string => {
  const [part, field, last] = path.map(String)
  if (part === 'inputs') return last === 'weight' ? '--style-weights' : 'the pictures'
  if (part === 'preview') return '--preview-every'
  const name = field === undefined || part === 'method' ? last : field
  return `--${flagOf(name ?? part ?? '')}`
}

/** No system opens longer ones. */
const longestPath = 4095

function assertPathLength(path: string): void {
  if (Buffer.byteLength(path) <= longestPath) return
  throw new PasticheError('invalid-request', `The path ${path.slice(0, 60)}… is too long.`, {
    hint: 'Move the file to a folder nearer to the root, or use shorter names.',
  })
}

/**
 * A job is saved under all that decides it: the same command resumes it. The number of its result is no part of that, nor
 * is the place of what came through a standard stream.
 */
function withCheckpoint(job: JobSpec, { options, streams }: JobMaker): JobSpec {
  const { placing: _, ...output } = job.output
  const text = JSON.stringify({ ...job, output })
  const lasting =
    streams === null
      ? text
      : text.replaceAll(JSON.stringify(streams.folder).slice(1, -1), streams.input?.sha256 ?? '')
  const key = createHash('sha256').update(lasting).digest('hex').slice(0, 32)
  const photo = contentPath(job)
  const beside = photo === streams?.input?.path ? process.cwd() : dirname(photo)
  return {
    ...job,
    checkpoint: {
      path: join(appPaths().cache, 'checkpoints', `${key}.checkpoint`),
      everyMs: 30_000,
      resume: options.restart ? 'no' : 'exact',
    },
    output: {
      ...job.output,
      fallbackFolders: [beside, homedir(), tmpdir()].filter((folder) => folder !== dirname(job.output.path)),
    },
  }
}

/** @param subfolder of one photo in a list, whose numbered previews would mix with those of the photo before */
function previewOf(
  { previewEvery, previewDir }: StylizeOptions,
  subfolder: string,
): { everySteps: number; folder: string } | null {
  if (previewEvery !== undefined)
    return {
      everySteps: readPlain(previewEvery) as number,
      folder: resolve(previewDir ?? 'previews', subfolder),
    }
  if (previewDir === undefined) return null
  throw new PasticheError('invalid-request', '--preview-dir needs --preview-every.', {
    hint: 'Add --preview-every STEPS, or leave --preview-dir out.',
  })
}

/** Numbers that were given; what was not is left to the schema's default. */
function whole(texts: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const present = Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(present.map(([name, text]) => [name, readPlain(text)]))
}

function stylesOf({ style = [], styleWeights }: StylizeOptions): { path: string; weight: number }[] {
  const weights = styleWeights?.split(',').map(readNumber) ?? style.map(() => 1)
  if (weights.length !== style.length)
    throw new PasticheError(
      'invalid-request',
      `There are ${style.length} style pictures, but ${weights.length} weights in --style-weights.`,
      { hint: 'Give one weight for each style picture, separated by commas.' },
    )
  return style.map((path, i) => ({ path, weight: weights[i] as number }))
}
