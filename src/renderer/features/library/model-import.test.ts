import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PasticheError } from '../../../shared/errors.ts'
import type { StudioState } from '../../state/studio.svelte.ts'
import { ModelImportState } from './model-import.svelte.ts'

const ticket = 'a'.repeat(22)
const importModel = vi.fn()
const set = vi.fn()
const error = vi.fn()
/** A desktop studio whose dialog picks one file. */
const studio = {
  shell: { hasDialogs: true },
  connection: { call: () => Promise.resolve([{ ticket, name: 'own.pth' }]) },
  attempt: <T>(work: () => Promise<T>) => work(),
  library: { importModel },
  toasts: { error },
  draft: { set },
} as unknown as StudioState

describe('importing a weights file', () => {
  beforeEach(() => void vi.resetAllMocks())

  it('says what was found, and offers it for the next painting', async () => {
    importModel.mockResolvedValue({ found: 'The published VGG19.', network: 'vgg19' })
    const importing = new ModelImportState(studio)
    await importing.start()
    expect(importing.step).toEqual({ kind: 'imported', network: 'vgg19', message: 'The published VGG19.' })
    expect(set).not.toHaveBeenCalled()
    importing.use()
    expect(set).toHaveBeenCalledWith('network', 'vgg19')
    expect(importing.step.kind).toBe('idle')
  })

  it('changes nothing where the offer is declined', async () => {
    importModel.mockResolvedValue({ found: 'The published VGG19.', network: 'vgg19' })
    const importing = new ModelImportState(studio)
    await importing.start()
    importing.cancel()
    importing.use()
    expect(set).not.toHaveBeenCalled()
  })

  it('asks before it takes a file that is not a published one, with the family that was chosen', async () => {
    importModel.mockRejectedValueOnce(new PasticheError('weights-unverified', 'Looks like VGG16.'))
    const importing = new ModelImportState(studio)
    await importing.start()
    expect(importing.step).toMatchObject({ kind: 'unverified', message: 'Looks like VGG16.' })
    importing.family = 'torchvision'
    importModel.mockResolvedValueOnce({ found: 'VGG16.', network: 'vgg16' })
    await importing.allow()
    expect(importModel).toHaveBeenLastCalledWith(ticket, { family: 'torchvision', allowUnverified: true })
    expect(importing.step.kind).toBe('imported')
  })

  it('shows why a file is refused, and asks nothing', async () => {
    importModel.mockRejectedValue(new PasticheError('weights-unsupported', 'No VGG.'))
    const importing = new ModelImportState(studio)
    await importing.start()
    expect(error).toHaveBeenCalledOnce()
    expect(importing.step.kind).toBe('idle')
  })

  it('can be cancelled', async () => {
    importModel.mockRejectedValueOnce(new PasticheError('weights-unverified', 'Looks like VGG16.'))
    const importing = new ModelImportState(studio)
    await importing.start()
    importing.cancel()
    await importing.allow()
    expect(importModel).toHaveBeenCalledOnce()
  })
})
