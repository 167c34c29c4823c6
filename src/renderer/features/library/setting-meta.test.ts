import { expect, it } from 'vitest'
import { studioSettings, type StudioSettings } from '../../../shared/contract/studio.ts'
import { describeSetting } from './setting-meta.ts'

it.each(Object.keys(studioSettings.shape) as (keyof StudioSettings)[])(
  'the setting %s has a title and help',
  (name) => {
    const { label, help } = describeSetting(name)
    expect(label).not.toBe('')
    expect(help).toMatch(/\.$/)
  },
)
