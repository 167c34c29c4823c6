import { z } from 'zod'
import { studioSettings, type StudioSettings } from '../../../shared/contract/studio.ts'

const fieldMeta = z.object({ title: z.string(), help: z.string() })

/** Title and help of a setting, as its schema tells them. */
export function describeSetting(name: keyof StudioSettings): { label: string; help: string } {
  const { title, help } = fieldMeta.parse(z.globalRegistry.get(studioSettings.shape[name]))
  return { label: title, help }
}
