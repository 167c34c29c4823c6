import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { PasticheError } from '../shared/errors.ts'
import { foldFileName, longestNameBytes, numberedName, shortened } from '../shared/file-names.ts'
import { fileIdentity } from '../host/index.ts'
import type { Target } from './result-target.ts'

/** Destination of the result of one photo. */
export interface PlannedResult {
  readonly path: string
  /** As the contract has it: whether it takes the next free number, or the place of the file that is there. */
  readonly placing: 'new' | 'overwrite'
  /** Name of the photo's own preview folder if there are several photos. */
  readonly previews: string
}

export interface NamingOptions {
  readonly isBatch: boolean
  /** All that the command reads: none of it may be replaced. */
  readonly inputs: readonly string[]
  /** Names for photos that have none of their own, by path: those from standard input. */
  readonly nameless: ReadonlyMap<string, string>
  /** Destination of results that are not saved under a name. */
  readonly scratch: string | null
}

const mark = '-pastiche'
/** The longest that is added to the name of a photo, so that none of its results needs the name cut further. */
const longestTail = `${mark}-unfinished-99999.webp`.length

/**
 * The name of the result of each photo. No two of one command share a name, in the sense of {@link foldFileName}, and none is that of
 * a file it reads.
 *
 * @throws PasticheError `output-exists`, `output-is-input`, `output-format`, `invalid-request`
 */
export async function planResults(
  files: readonly string[],
  target: Target,
  options: NamingOptions,
): Promise<ReadonlyMap<string, PlannedResult>> {
  const { ending, overwrite } = target
  const placing = overwrite ? 'overwrite' : 'new'
  const inputs = new Set((await Promise.all(options.inputs.map(fileIdentity))).filter((id) => id !== null))
  const named = namedFile(target, options)
  if (named !== null) {
    await assertFree(named, target, inputs)
    return new Map(files.map((file) => [file, { path: named, placing, previews: '' }]))
  }
  const results = new Names(async (path) => inputs.has((await fileIdentity(path)) ?? ''))
  const previews = new Names()
  const planned = new Map<string, PlannedResult>()
  for (const file of files) {
    const name = options.nameless.get(file) ?? basename(file, extname(file))
    const stem = shortened(name, longestNameBytes - longestTail)
    const beside = options.nameless.has(file) ? process.cwd() : dirname(resolve(file))
    const folder = commonFolder(target, options) ?? beside
    // New ones are numbered when they are placed: only then is it known what is there.
    const path = overwrite
      ? await results.take(folder, stem, ending)
      : join(folder, numberedName(stem, mark, ending, 1))
    planned.set(file, { path, placing, previews: basename(await previews.take('.', stem, '')) })
  }
  return planned
}

/** The name that a new file would get now, with what is there and with others that are planned. */
export async function nextFree(path: string, planned: ReadonlySet<string>): Promise<string> {
  const [folder, ending] = [dirname(path), extname(path)]
  const names = await readdir(folder).catch(() => [])
  const taken = new Set(
    [...names, ...[...planned].filter((one) => dirname(one) === folder).map((one) => basename(one))].map(
      foldFileName,
    ),
  )
  for (let number = 1; ; number++) {
    const name = numberedName(basename(path, ending), '', ending, number)
    if (!taken.has(foldFileName(name))) return join(folder, name)
  }
}

/** The one file that --output names, or null. */
function namedFile({ place }: Target, { isBatch }: NamingOptions): string | null {
  if (place.kind === 'stdout' && isBatch)
    throw new PasticheError('invalid-request', 'Only one picture can go to standard output.')
  const isFile = place.kind === 'file' || (place.kind === 'folder or file' && !isBatch)
  if (!isFile) return null
  if (isBatch)
    throw new PasticheError('invalid-request', `Several pictures cannot all be saved as ${place.path}.`, {
      hint: 'Name a folder: end its name in /.',
    })
  if (/\.(png|jpe?g|webp|tiff?)$/i.test(place.path)) return place.path
  throw new PasticheError('output-format', `${place.path} does not end like the name of a picture.`, {
    hint: 'End it in .png, .jpg, .webp or .tiff, or end the name of a folder in /.',
  })
}

/** `null` if each result goes beside its photo. */
function commonFolder({ place }: Target, { scratch }: NamingOptions): string | null {
  if (place.kind === 'stdout') return scratch
  return 'path' in place ? place.path : null
}

/** Gives names, each once. */
class Names {
  readonly #given = new Set<string>()
  readonly #isRefused: (path: string) => Promise<boolean>

  constructor(isRefused: (path: string) => Promise<boolean> = () => Promise.resolve(false)) {
    this.#isRefused = isRefused
  }

  async take(folder: string, stem: string, ending: string): Promise<string> {
    // Two paths may lead to one folder.
    const place = (await fileIdentity(folder)) ?? folder
    for (let number = 1; ; number++) {
      const path = join(folder, numberedName(stem, mark, ending, number))
      const key = JSON.stringify([place, foldFileName(basename(path))])
      if (this.#given.has(key) || (await this.#isRefused(path))) continue
      this.#given.add(key)
      return path
    }
  }
}

async function assertFree(
  path: string,
  { overwrite, numbered }: Target,
  inputs: ReadonlySet<string>,
): Promise<void> {
  const identity = await fileIdentity(path)
  if (identity !== null && inputs.has(identity))
    throw new PasticheError(
      'output-is-input',
      `${path} is one of the files the picture is made from, and would be replaced.`,
    )
  if (overwrite || numbered) return
  if ((await lstat(path).catch(() => null)) !== null)
    throw new PasticheError('output-exists', `${path} exists already.`)
  const wanted = foldFileName(basename(path))
  const names = await readdir(dirname(path)).catch(() => [])
  const alike = names.find((name) => foldFileName(name) === wanted)
  if (alike !== undefined)
    throw new PasticheError(
      'output-exists',
      `${join(dirname(path), alike)} exists already: on most computers that is the same name as ${basename(path)}.`,
    )
}
