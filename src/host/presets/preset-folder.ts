import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { presetText, type Preset } from '../../shared/contract/preset.ts'
import { PasticheError } from '../../shared/errors.ts'
import { fileProblem } from '../file-problem.ts'
import { writePrivateFile } from '../files/private-files.ts'
import { setAside } from '../files/set-aside.ts'
import { readPresetFile } from './preset-file.ts'

export const maxPresets = 1000

/** A preset and the file that it was read from. */
export interface FiledPreset extends Preset {
  readonly path: string
}

export interface ReadFolder {
  readonly presets: readonly FiledPreset[]
  /** Problems, one sentence for each file that could not be read. */
  readonly problems: readonly string[]
}

/** Treatment of a file that is no preset: our own resources stay as they are, a user's file is set aside. */
type OnBroken = 'report' | 'set-aside'

/** Every preset in a folder, in the order of their file names. A folder that is not there is empty. */
export async function readPresetFolder(folder: string, onBroken: OnBroken): Promise<ReadFolder> {
  const presets: FiledPreset[] = []
  const problems: string[] = []
  const names = await presetNamesIn(folder, problems)
  if (names.length > maxPresets)
    problems.push(`${folder} holds ${names.length} presets; Pastiche reads the first ${maxPresets}.`)
  for (const name of names.slice(0, maxPresets)) {
    const path = join(folder, name)
    try {
      const preset = await readPresetFile(path)
      const twin = presets.find(({ id }) => id === preset.id)
      if (twin === undefined) presets.push({ ...preset, path })
      else problems.push(`The presets ${twin.path} and ${path} have the same id; the second is left out.`)
    } catch (thrown) {
      problems.push(await describeBroken(path, PasticheError.from(thrown), onBroken))
    }
  }
  return { presets, problems }
}

async function presetNamesIn(folder: string, problems: string[]): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names.filter((name) => name.endsWith('.json')).sort()
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException
    if (code !== 'ENOENT') problems.push(`Cannot read the presets in ${folder}: ${message}.`)
    return []
  }
}

async function describeBroken(path: string, error: PasticheError, onBroken: OnBroken): Promise<string> {
  const what = error.code === 'document-newer' ? `${error.message} ${error.hint}` : error.message
  // A file that cannot be opened now may be fine tomorrow; its content condemns it, or that it is no file.
  const isFile = (await stat(path).catch(() => null))?.isFile() ?? false
  if ((isFile && error.code !== 'preset-unreadable') || onBroken === 'report') return what
  return `${what} ${await setAside(path)}`
}

/** Writes a preset to its file: it is there whole, or as it was. */
export async function writePreset(path: string, preset: Preset): Promise<FiledPreset> {
  await removeLeftovers(dirname(path))
  await writePrivateFile(path, presetText(preset)).catch((thrown: unknown) => {
    throw fileProblem(thrown, `Cannot save the preset to ${path}`)
  })
  return { ...preset, path }
}

const leftoverAgeMs = 3_600_000

/** Removes what a Pastiche that was killed in the middle of a write has left: `<id>.json.<number>`, of write-file-atomic. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((name) => /\.json\.\d+$/.test(name))) {
    const path = join(folder, name)
    const entry = await stat(path).catch(() => null)
    if (entry && Date.now() - entry.mtimeMs > leftoverAgeMs) await rm(path, { force: true })
  }
}

export async function removePreset({ path }: FiledPreset): Promise<void> {
  try {
    await rm(path, { force: true })
  } catch (thrown) {
    throw fileProblem(thrown, `Cannot remove ${path}`)
  }
}
