import { describe, expect, it } from 'vitest'
import type { ModelEntry } from '../../../shared/contract/models.ts'
import type { StudioModel } from '../../../shared/contract/studio.ts'
import {
  activityPart,
  activityText,
  arrivedText,
  downloadLabel,
  modelState,
  sortedDownloads,
} from './model-text.ts'

const entry: ModelEntry = {
  id: 'vgg19-keras',
  name: 'VGG19 (Keras)',
  network: 'vgg19',
  family: 'caffe',
  format: 'keras-h5',
  urls: ['https://models.example/vgg19.h5'],
  bytes: 80_000_000,
  md5: '0'.repeat(32),
  recommended: true,
  licence: { name: 'CC BY 4.0', url: 'https://licence.example/' },
  attribution: 'By its authors.',
}
const missing: StudioModel = { network: 'vgg19', installed: null, downloads: [], activity: null }
const ready = (verified: boolean): StudioModel => ({
  ...missing,
  installed: {
    state: 'ready',
    bytes: 1,
    facts: {
      network: 'vgg19',
      family: 'caffe',
      origin: 'VGG19 (Keras)',
      verified,
      sourceSha256: '0'.repeat(64),
      dataSha256: '0'.repeat(64),
    },
  },
})

describe('where a network stands', () => {
  it('tells verified weights from those that are trusted unseen', () => {
    expect(modelState(ready(true))).toEqual({ label: 'Ready', tone: 'success' })
    expect(modelState(ready(false)).tone).toBe('warning')
  })

  it('says what is being done rather than what there was', () => {
    const activity = { phase: 'downloading', bytes: 1, totalBytes: 2 } as const
    expect(modelState({ ...ready(true), activity }).label).toBe('Downloading')
  })
})

describe('a download', () => {
  it('says how large it is', () => {
    expect(downloadLabel({ entry, arrivedBytes: 0 })).toBe('Download, 80 MB')
    expect(arrivedText({ entry, arrivedBytes: 0 })).toBeNull()
  })

  it('that was interrupted says how much has arrived', () => {
    const begun = { entry, arrivedBytes: 29_600_000 }
    expect(downloadLabel(begun)).toBe('Resume from 37 %')
    expect(arrivedText(begun)).toBe('37 % downloaded so far.')
  })

  it('is offered only where it can be had, the recommended first', () => {
    const other = { entry: { ...entry, id: 'other', recommended: false }, arrivedBytes: 0 }
    const importOnly = { entry: { ...entry, id: 'import-only', urls: [] }, arrivedBytes: 0 }
    const shown = sortedDownloads({ ...missing, downloads: [other, importOnly, { entry, arrivedBytes: 0 }] })
    expect(shown.map((one) => one.entry.id)).toEqual(['vgg19-keras', 'other'])
  })
})

describe('progress', () => {
  it('is unknown where the size is', () => {
    expect(activityPart({ phase: 'downloading', bytes: 5, totalBytes: null })).toBeNull()
  })

  it('is told in bytes while it downloads, and by its name later', () => {
    expect(activityText({ phase: 'downloading', bytes: 12e6, totalBytes: 80e6 })).toBe(
      'Downloading: 12 MB of 80 MB',
    )
    expect(activityText({ phase: 'verifying', bytes: 12e6, totalBytes: 80e6 })).toBe('Verifying…')
  })
})
