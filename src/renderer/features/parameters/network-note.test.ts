import { describe, expect, it } from 'vitest'
import type { StudioModel } from '../../../shared/contract/studio.ts'
import { networkNote } from './network-note.ts'

const missing: StudioModel = { network: 'vgg19', installed: null, downloads: [], activity: null }
const ready: StudioModel = {
  ...missing,
  installed: {
    state: 'ready',
    bytes: 80e6,
    facts: {
      network: 'vgg19',
      family: 'caffe',
      origin: 'VGG19 (Keras)',
      verified: true,
      sourceSha256: '0'.repeat(64),
      dataSha256: '0'.repeat(64),
    },
  },
}

describe('the note under the network', () => {
  it('recommends VGG19 to who has none', () => {
    expect(networkNote('compact', null, [missing])?.text).toContain('VGG19 gives better results')
    expect(networkNote('compact', null, [ready])).toBeNull()
  })

  it('says what is missing, and leads to the models', () => {
    expect(networkNote('vgg19', null, [missing])).toMatchObject({ level: 'missing', offersModels: true })
    expect(networkNote('vgg16', null, [missing])?.text).toBe("VGG16 isn't installed.")
  })

  it('tells a damaged file from a missing one', () => {
    const damaged: StudioModel = { ...missing, installed: { state: 'damaged', bytes: 12 } }
    expect(networkNote('vgg19', null, [damaged])?.text).toContain('damaged')
  })

  it('tells of weights of another family than the preset’s', () => {
    expect(networkNote('vgg19', 'torchvision', [ready])?.level).toBe('family')
    expect(networkNote('vgg19', 'caffe', [ready])).toBeNull()
  })
})
