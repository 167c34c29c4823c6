import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { studioSettings } from '../shared/contract/studio.ts'
import { parsePlainJson } from '../shared/plain-json.ts'
import { fileProblem } from './file-problem.ts'
import { readPlainText } from './files/plain-file.ts'
import { writePrivateFile } from './files/private-files.ts'
import { setAside } from './files/set-aside.ts'

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
 * The user's settings; the defaults where there is no file. What stands there and cannot be read is set aside. Never rejects.
 */
export async function readSettings(file: string): Promise<ReadSettings> {
  let text: string | null
  try {
    text = await readPlainText(file)
  } catch {
    // What a file says that cannot be opened, nobody knows; anything else never said a word.
    const isFile = (await stat(file).catch(() => null))?.isFile() ?? false
    return withoutFile(file, isFile)
  }
  if (text === null) return { settings: settings.parse({}), notice: null }
  try {
    return { settings: settings.parse(parsePlainJson(text)), notice: null }
  } catch {
    return withoutFile(file, /"offline"\s*:\s*true/.test(text))
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

/** Whoever wanted to stay offline must not be taken online by a missing comma, nor by a file that was locked away. */
async function withoutFile(file: string, offline: boolean): Promise<ReadSettings> {
  const fate = await setAside(file)
  const kept = settings.parse({ offline })
  // Where it cannot be written, the next start finds it out again.
  if (offline) await writeSettings(file, kept).catch(() => undefined)
  const what = offline ? 'Pastiche stays offline, with default settings otherwise' : 'defaults are used'
  return { settings: kept, notice: `The settings could not be read; ${what}. ${fate}` }
}

async function writeSettings(file: string, value: Settings): Promise<void> {
  try {
    await writePrivateFile(file, `${JSON.stringify(value, null, 2)}\n`)
  } catch (thrown) {
    throw fileProblem(thrown, `Cannot write the settings to ${file}`)
  }
}
