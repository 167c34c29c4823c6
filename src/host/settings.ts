import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { studioSettings } from '../shared/contract/studio.ts'
import { defineDocument } from '../shared/documents/define-document.ts'
import { JsonFile, type OpenedFile } from './files/json-file.ts'

const settings = z.object({
  schema: z.number().int().min(1).default(1),
  /** No connection is ever opened. */
  offline: z.boolean().default(false),
  theme: studioSettings.shape.theme.default('system').catch('system'),
  /** CPU threads; 0: one for each core. */
  threads: studioSettings.shape.threads.default(0).catch(0),
  /** Notify when a long job ends. */
  notify: z.boolean().default(true).catch(true),
})
export type Settings = z.infer<typeof settings>

/** `settings.json`. */
export const settingsDocument = defineDocument({ name: 'settings', schema: settings, migrations: [] })

export interface ReadSettings {
  readonly settings: Settings
  /** One sentence, where the file was broken: what became of it. */
  readonly notice: string | null
}

/** The user's settings; the defaults where there is no file. A file that cannot be read is set aside. Never rejects. */
export async function readSettings(file: string): Promise<ReadSettings> {
  const json = new JsonFile(file, settingsDocument)
  // A file that cannot be opened may say anything; where there is no file, nobody has asked to stay offline.
  const isUnreadable = await isFile(file)
  const opened = await json.open()
  const [problem = null] = opened.problems
  if (problem === null) return { settings: settingsIn(opened, false), notice: null }
  const kept = settingsIn(opened, isUnreadable)
  // If it cannot be written, the next start finds it out again.
  if (kept.offline) await json.update(() => kept).catch(() => undefined)
  const what = kept.offline
    ? 'Pastiche stays offline, with default settings otherwise'
    : 'Default settings are used'
  return { settings: kept, notice: `${problem} ${what}.` }
}

/** Changes some settings and leaves the others as they are; the file is there whole, whatever happens meanwhile. */
export function changeSettings(file: string, changes: Partial<Settings>): Promise<Settings> {
  return new JsonFile(file, settingsDocument).update((opened) =>
    settings.parse({ ...settingsIn(opened, false), ...changes }),
  )
}

/** True if Pastiche may open connections: the setting, or PASTICHE_OFFLINE with anything but 0, false or no. */
export function isOffline(
  { offline }: Pick<Settings, 'offline'>,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const asked = (env['PASTICHE_OFFLINE'] ?? '').trim().toLowerCase()
  return offline || !['', '0', 'false', 'no'].includes(asked)
}

/** Whoever wanted to stay offline must not be taken online by a missing comma, nor by a file that was locked away. */
function settingsIn({ value, problems, lost }: OpenedFile<Settings>, isUnreadable: boolean): Settings {
  if (value !== null) return value
  const offline = lost === null ? problems.length > 0 && isUnreadable : /"offline"\s*:\s*true/.test(lost)
  return settings.parse({ offline })
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false
}
