import { stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pictureFormats } from '../shared/contract/job.ts'
import { PasticheError } from '../shared/errors.ts'
import { isTerminal } from './output.ts'

type Format = (typeof pictureFormats)[number]

export interface TargetOptions {
  readonly output?: string
  readonly format?: string
  readonly quality?: string
  readonly bitDepth?: string
  readonly overwrite?: boolean
  readonly json?: boolean
  readonly numbered?: boolean
}

/** Destination of results. */
export interface Target {
  readonly place:
    | { readonly kind: 'beside' | 'stdout' }
    /** A folder named without a slash at its end, that does not exist yet: one where there are several photos. */
    | { readonly kind: 'folder' | 'folder or file' | 'file'; readonly path: string }
  /** Extension of names that Pastiche makes. */
  readonly ending: string
  readonly overwrite: boolean
  /** True if a name that is taken is numbered, though it was given: a command chose it, not a person. */
  readonly numbered: boolean
}

const endings: Readonly<Record<Format, string>> = { png: '.png', jpeg: '.jpg', webp: '.webp', tiff: '.tif' }
const formatOf: Readonly<Record<string, Format>> = {
  png: 'png',
  jpg: 'jpeg',
  jpeg: 'jpeg',
  webp: 'webp',
  tif: 'tiff',
  tiff: 'tiff',
}
const names: Readonly<Record<Format, string>> = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP', tiff: 'TIFF' }

/**
 * Reads --output, --format, --quality and --overwrite, which must not contradict each other.
 *
 * @throws PasticheError `invalid-request`
 */
export async function readTarget(options: TargetOptions): Promise<Target> {
  const { output, format, overwrite = false, numbered = false } = options
  const given = format === undefined ? null : readFormat(format)
  const place = await placeOf(output)
  if (place.kind === 'stdout') assertPipe(options)
  const named = 'path' in place && place.kind !== 'folder' ? endingFormat(place.path) : null
  if (given !== null && named !== null && given !== named)
    throw new PasticheError(
      'invalid-request',
      `--output ${output!} is a name for ${names[named]}, but --format asks for ${names[given]}.`,
      { hint: 'Leave --format out, or change the ending of the name.' },
    )
  const used = named ?? given ?? 'png'
  assertQuality(options, used)
  if (options.bitDepth === '16' && (used === 'jpeg' || used === 'webp'))
    throw new PasticheError('output-format', `${names[used]} has 8 bits a channel, not 16.`, {
      hint: 'Use PNG or TIFF, or leave --bit-depth out.',
    })
  return { place, ending: endings[given ?? 'png'], overwrite, numbered }
}

function readFormat(text: string): Format {
  const key = text.toLowerCase()
  if (Object.hasOwn(formatOf, key)) return formatOf[key]!
  throw new PasticheError('invalid-request', `--format ${text} is not known.`, {
    hint: `Use ${pictureFormats.slice(0, -1).join(', ')} or ${pictureFormats.at(-1)!}.`,
  })
}

function endingFormat(path: string): Format | null {
  const key = extname(path).slice(1).toLowerCase()
  return Object.hasOwn(formatOf, key) ? formatOf[key]! : null
}

async function placeOf(output: string | undefined): Promise<Target['place']> {
  if (output === undefined) return { kind: 'beside' }
  if (output === '')
    throw new PasticheError('invalid-request', '--output needs the name of a file or folder.')
  if (output === '-') return { kind: 'stdout' }
  const path = resolve(output)
  const entry = await stat(output).catch(() => null)
  const endsInSlash = /[/]$/.test(output) || (process.platform === 'win32' && output.endsWith('\\'))
  if (entry?.isDirectory() || endsInSlash) return { kind: 'folder', path }
  return { kind: extname(path) === '' ? 'folder or file' : 'file', path }
}

function assertQuality({ quality }: TargetOptions, format: Format): void {
  if (quality === undefined || format === 'jpeg' || format === 'webp') return
  throw new PasticheError(
    'invalid-request',
    `--quality is for JPEG and WebP only; ${names[format]} always keeps every pixel as it is.`,
    { hint: 'Leave --quality out, or add --format jpeg.' },
  )
}

/** Bytes of a picture and lines for programs, or for a person, do not go together. */
function assertPipe({ json = false, overwrite = false }: TargetOptions): void {
  const refuse = (message: string, hint: string): never => {
    throw new PasticheError('invalid-request', message, { hint })
  }
  if (json)
    refuse(
      '--json and --output - both write to standard output.',
      'Name a file with --output, or leave --json out.',
    )
  if (overwrite) refuse('--overwrite has no meaning with --output -.', 'Leave --overwrite out.')
  if (isTerminal())
    refuse(
      'The picture would be written to the terminal.',
      'Send it on with > FILE or | PROGRAM, or name a file.',
    )
}
