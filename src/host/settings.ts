import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { studioSettings } from '../shared/contract/studio.ts'
import { PasticheError } from '../shared/errors.ts'
import { decodeText } from './decode-text.ts'
import { fileProblem } from './file-problem.ts'

/** `settings.json`. What a newer version has added is kept when this one writes the file. */
export const settings = z.looseObject({
  schema: z.number().int().min(1).default(1),
  /** No connection is ever opened. */
  offline: z.boolean().default(false),
  theme: studioSettings.shape.theme.default('system').catch('system'),
  /** Of the CPU; 0: one for each core. */
  threads: studioSettings.shape.threads.default(0).catch(0),
  /** Tell of the end of a long job. */
  notify: z.boolean().default(true).catch(true),
})
export type Settings = z.infer<typeof settings>

export interface ReadSettings {
  readonly settings: Settings
  /** One sentence, where the file was broken: what became of it. */
  readonly notice: string | null
}

/**
 * The user's settings; the defaults where there is no file. A broken file is set aside, not fatal.
 *
 * @throws PasticheError `output-not-writable` where the file can neither be read nor set aside
 */
export async function readSettings(file: string): Promise<ReadSettings> {
  const text = await readText(file)
  if (text === null) return { settings: settings.parse({}), notice: null }
  try {
    return { settings: settings.parse(JSON.parse(text)), notice: null }
  } catch {
    return setAside(file, text)
  }
}

/** Changes some settings and leaves the others as they are; the file is there whole, whatever happens meanwhile. */
export async function changeSettings(file: string, changes: Partial<Settings>): Promise<Settings> {
  const { settings: before } = await readSettings(file)
  const after = settings.parse({ ...before, ...changes })
  await writeSettings(file, after)
  return after
}

/** Whether Pastiche may open connections: the setting, or PASTICHE_OFFLINE with anything but 0, false or no. */
export function isOffline(
  { offline }: Pick<Settings, 'offline'>,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const asked = (env['PASTICHE_OFFLINE'] ?? '').trim().toLowerCase()
  return offline || !['', '0', 'false', 'no'].includes(asked)
}

async function readText(file: string): Promise<string | null> {
  try {
    return decodeText(await readFile(file))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new PasticheError('file-not-readable', `Cannot read ${file}: ${(thrown as Error).message}.`, {
      cause: thrown,
    })
  }
}

async function setAside(file: string, text: string): Promise<ReadSettings> {
  const aside = `${file}.broken-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  try {
    await rename(file, aside)
  } catch (thrown) {
    throw fileProblem(thrown, `Cannot set the broken file ${file} aside`)
  }
  // Whoever wanted to stay offline must not be taken online by a missing comma.
  const kept = settings.parse({ offline: /"offline"\s*:\s*true/.test(text) })
  if (kept.offline) await writeSettings(file, kept)
  const what = kept.offline ? 'Pastiche stays offline, with default settings otherwise' : 'defaults are used'
  return { settings: kept, notice: `The settings could not be read; ${what}. The file is now ${aside}.` }
}

async function writeSettings(file: string, value: Settings): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`)
  } catch (thrown) {
    throw fileProblem(thrown, `Cannot write the settings to ${file}`)
  }
}
