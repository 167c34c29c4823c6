import { lstat, mkdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { PartialParameters } from '../../shared/contract/parameters.ts'
import {
  makePreset,
  presetFileEnding,
  presetName,
  presetText,
  type Preset,
} from '../../shared/contract/preset.ts'
import { parseOrThrow } from '../../shared/describe-issue.ts'
import { PasticheError } from '../../shared/errors.ts'
import type { AppPaths } from '../app-paths.ts'
import { fileProblem } from '../file-problem.ts'
import { readPresetFile } from './preset-file.ts'
import { maxPresets, readPresetFolder, removePreset, writePreset, type FiledPreset } from './preset-folder.ts'
import { closestName, foldName, idOfName, isUsableId } from './preset-names.ts'

/** A preset as a face shows it. */
export interface StoredPreset extends FiledPreset {
  readonly builtIn: boolean
}

export interface PresetList {
  /** The built-in ones first. */
  readonly presets: readonly StoredPreset[]
  /** Broken files, one sentence each, with where they are now. */
  readonly problems: readonly string[]
}

export interface SaveRequest {
  readonly name: string
  readonly description?: string
  readonly parameters: PartialParameters
  /** The document it was read from: fields of it that this version does not know are kept. */
  readonly base?: Preset
}

/** Outcome for a preset that was saved or imported: `unchanged` where the very same one was there. */
export interface SavedPreset {
  readonly preset: StoredPreset
  readonly change: 'added' | 'replaced' | 'unchanged'
}

export interface ImportOptions {
  /** Another name than that in the file. */
  readonly name?: string
  /** True if a preset of the same name may be replaced. */
  readonly replace?: boolean
}

/** The order in which a person meets them; any other comes after. */
const builtInOrder = ['pastiche', 'quick-sketch', 'finest', 'strong-style', 'gentle']

/**
 * The presets that ship with Pastiche, and those of the user: one JSON file each, beside the settings. Every call reads the
 * folders again, as another Pastiche may have changed them.
 */
export class Presets {
  readonly #builtInFolder: string
  readonly #ownFolder: string
  readonly #onProblem: (message: string) => void

  /** @param onProblem told, by every call, of each file that was found broken and what became of it */
  constructor(
    { resources, presets }: Pick<AppPaths, 'resources' | 'presets'>,
    onProblem: (message: string) => void = () => undefined,
  ) {
    this.#builtInFolder = join(resources, 'presets')
    this.#ownFolder = presets
    this.#onProblem = onProblem
  }

  /** Never fails: what cannot be read is told among the problems. */
  async list(): Promise<PresetList> {
    const list = await this.#read()
    for (const problem of list.problems) this.#onProblem(problem)
    return list
  }

  /** Every preset that can be read, without a word about the others, which stay where they are. */
  async peek(): Promise<readonly StoredPreset[]> {
    return (await this.#read('report')).presets
  }

  async #read(broken: 'report' | 'set-aside' = 'set-aside'): Promise<PresetList> {
    const shipped = await readPresetFolder(this.#builtInFolder, 'report')
    const own = await readPresetFolder(this.#ownFolder, broken)
    const builtIn = shipped.presets.map((preset) => ({ ...preset, builtIn: true }))
    const shadowed = own.presets.filter((preset) => builtIn.some(({ id }) => id === preset.id))
    return {
      presets: [
        ...builtIn.sort((a, b) => placeOf(a) - placeOf(b) || a.name.localeCompare(b.name)),
        ...own.presets
          .filter((preset) => !shadowed.includes(preset))
          .map((preset) => ({ ...preset, builtIn: false })),
      ],
      problems: [
        ...shipped.problems,
        ...own.problems,
        ...shadowed.map(({ path, id }) => `The preset ${path} is left out: its id "${id}" is built in.`),
      ],
    }
  }

  /**
   * The preset that an id or a name means, whatever its capitals.
   *
   * @throws PasticheError `unknown-preset` with what was probably meant
   */
  async resolve(idOrName: string): Promise<StoredPreset> {
    const { presets } = await this.list()
    const wanted = foldName(idOrName)
    const found =
      presets.find(({ name }) => foldName(name) === wanted) ?? presets.find(({ id }) => id === wanted)
    if (found) return found
    const meant = closestName(
      idOrName,
      presets.flatMap(({ id, name }) => [name, id]),
    )
    throw new PasticheError(
      'unknown-preset',
      `There is no preset ${JSON.stringify(idOrName.slice(0, 100))}.`,
      meant === null ? {} : { hint: `Did you mean "${meant}"? "pastiche presets list" shows them all.` },
    )
  }

  /** @throws PasticheError `unknown-preset` */
  async get(id: string): Promise<StoredPreset> {
    const { presets } = await this.list()
    const found = presets.find((preset) => preset.id === id)
    if (found) return found
    throw new PasticheError('unknown-preset', `There is no preset "${id}".`)
  }

  /**
   * Saves a preset of the user's own; one of the same name is replaced, unless `replace` is false.
   *
   * @throws PasticheError `invalid-request`, `preset-built-in`, `preset-exists`, `too-many-presets`, `output-not-writable`,
   * `disk-full`
   */
  async save(
    { name, description = '', parameters, base }: SaveRequest,
    { replace = true }: { replace?: boolean } = {},
  ): Promise<SavedPreset> {
    const { presets } = await this.list()
    const checked = parseOrThrow(presetName, name, { root: 'the name' })
    const former = namesake(presets, checked)
    if (former && !replace) throw exists(former.name)
    const id = former?.id ?? idOfName(checked, isTaken(presets))
    const made = makePreset({ id, name: checked, description, parameters }, base)
    return this.#put(made, former, presets)
  }

  /**
   * Takes a preset from a file.
   *
   * @throws PasticheError as {@link readPresetFile} and {@link save}; `preset-exists`
   */
  async import(path: string, { name, replace = false }: ImportOptions = {}): Promise<SavedPreset> {
    const read = await readPresetFile(path)
    const { presets } = await this.list()
    const same = presets.find((preset) => presetText(preset) === presetText(read))
    if (same && name === undefined) return { preset: same, change: 'unchanged' }
    const checked = parseOrThrow(presetName, name ?? read.name, { root: 'the name' })
    const former = namesake(presets, checked)
    if (former && !replace) throw exists(former.name)
    const others = presets.filter((preset) => preset !== former)
    if (name === undefined && isUsableId(read.id) && !isTaken(others)(read.id))
      return this.#put(read, former, presets)
    const id = former?.id ?? idOfName(checked, isTaken(presets))
    return this.#put(makePreset({ ...read, id, name: checked }, read), former, presets)
  }

  /**
   * Gives a preset of the user's own another name; its id stays.
   *
   * @throws PasticheError `unknown-preset`, `preset-built-in`, `preset-exists`, `invalid-request`, and where it cannot be written
   */
  async rename(id: string, name: string): Promise<StoredPreset> {
    const preset = await this.get(id)
    if (preset.builtIn) throw new PasticheError('preset-built-in', `"${preset.name}" is a built-in preset.`)
    const { presets } = await this.list()
    const checked = parseOrThrow(presetName, name, { root: 'the name' })
    const former = namesake(presets, checked)
    if (former && former.id !== id) throw exists(former.name)
    return {
      ...(await writePreset(preset.path, makePreset({ ...preset, name: checked }, preset))),
      builtIn: false,
    }
  }

  /** The text of a preset's file, to hand on: importing it gives the same preset. */
  async export(idOrName: string): Promise<{ preset: StoredPreset; text: string }> {
    const preset = await this.resolve(idOrName)
    return { preset, text: presetText(preset) }
  }

  /**
   * Writes a preset to a file.
   *
   * @param target file or folder; by default `<id>.pastiche` in the folder that the process is in
   * @param overwrite whether another file of that name is replaced
   * @returns the file's path
   * @throws PasticheError `unknown-preset`, `output-exists`, `output-not-writable`, `disk-full`
   */
  async exportFile(idOrName: string, target = '.', overwrite = false): Promise<string> {
    const { preset, text } = await this.export(idOrName)
    const isFolder = /[/\\]$/.test(target) || ((await stat(target).catch(() => null))?.isDirectory() ?? false)
    const path = isFolder ? resolve(target, `${preset.id}${presetFileEnding}`) : resolve(target)
    const before = await readFile(path, 'utf8').catch(() => null)
    if (before === text) return path
    if (!overwrite && (await lstat(path).catch(() => null)) !== null)
      throw new PasticheError('output-exists', `${path} exists already.`)
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFileAtomic(path, text)
    } catch (thrown) {
      throw fileProblem(thrown, `Cannot save the preset to ${path}`)
    }
    return path
  }

  /** @throws PasticheError `unknown-preset`, `preset-built-in`, `output-not-writable` */
  async remove(idOrName: string): Promise<StoredPreset> {
    const preset = await this.resolve(idOrName)
    if (preset.builtIn)
      throw new PasticheError('preset-built-in', `"${preset.name}" is a built-in preset.`, {
        hint: "Built-in presets can't be removed.",
      })
    await removePreset(preset)
    return preset
  }

  async #put(
    preset: Preset,
    former: StoredPreset | null,
    presets: readonly StoredPreset[],
  ): Promise<SavedPreset> {
    if (former === null && presets.filter(({ builtIn }) => !builtIn).length >= maxPresets)
      throw new PasticheError('too-many-presets', `You already have ${maxPresets} presets, the limit.`)
    const path = former?.id === preset.id ? former.path : join(this.#ownFolder, `${preset.id}.json`)
    const written = await writePreset(path, preset)
    if (former && former.path !== written.path) await removePreset(former)
    return { preset: { ...written, builtIn: false }, change: former ? 'replaced' : 'added' }
  }
}

/**
 * The user's preset of this name, if there is one.
 *
 * @throws PasticheError `preset-built-in`
 */
function namesake(presets: readonly StoredPreset[], name: string): StoredPreset | null {
  const folded = foldName(name)
  const found = presets.find(
    (preset) => foldName(preset.name) === folded || (preset.builtIn && preset.id === folded),
  )
  if (found?.builtIn !== true) return found ?? null
  throw new PasticheError('preset-built-in', `"${found.name}" is a built-in preset.`, {
    hint: 'Choose another name.',
  })
}

function exists(name: string): PasticheError {
  return new PasticheError('preset-exists', `A preset called "${name}" already exists.`, {
    hint: 'Replace it with --replace, or import it under another name with --name.',
  })
}

/** A user may have put a file there by hand, whose name is not its preset's id. */
function isTaken(presets: readonly StoredPreset[]): (id: string) => boolean {
  const names = new Set(presets.flatMap(({ id, path }) => [id, basename(path, '.json').toLowerCase()]))
  return (id) => names.has(id)
}

function placeOf({ id }: Preset): number {
  const place = builtInOrder.indexOf(id)
  return place === -1 ? builtInOrder.length : place
}
