import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PasticheError } from '../../../shared/errors.ts'
import type { StudioState } from '../../state/studio.svelte.ts'
import { ModelImportState } from './model-import.svelte.ts'

const ticket = 'a'.repeat(22)
const importModel = vi.fn()
const show = vi.fn()
const error = vi.fn()
/** A desktop studio whose dialog picks one file. */
const studio = {
  shell: { hasDialogs: true },
  connection: { call: () => Promise.resolve([{ ticket, name: 'own.pth' }]) },
  attempt: <T>(work: () => Promise<T>) => work(),
  library: { importModel },
  toasts: { show, error },
} as unknown as StudioState

describe('importing a weights file', () => {
  beforeEach(() => void vi.resetAllMocks())

  it('of a published one tells what was found', async () => {
    importModel.mockResolvedValue({ found: 'The published VGG19.' })
    const importing = new ModelImportState(studio)
    await importing.start()
    expect(show).toHaveBeenCalledWith('info', 'The published VGG19.')
    expect(importing.step.kind).toBe('idle')
  })

  it('of any other asks first, and then takes it with the family that was chosen', async () => {
    importModel.mockRejectedValueOnce(new PasticheError('weights-unverified', 'Looks like VGG16.'))
    const importing = new ModelImportState(studio)
    await importing.start()
    expect(importing.step).toMatchObject({ kind: 'unverified', message: 'Looks like VGG16.' })
    importing.family = 'torchvision'
    importModel.mockResolvedValueOnce({ found: 'VGG16.' })
    await importing.allow()
    expect(importModel).toHaveBeenLastCalledWith(ticket, { family: 'torchvision', allowUnverified: true })
    expect(importing.step.kind).toBe('idle')
  })

  it('that is refused for another reason is told, and asks nothing', async () => {
    importModel.mockRejectedValue(new PasticheError('weights-unsupported', 'No VGG.'))
    const importing = new ModelImportState(studio)
    await importing.start()
    expect(error).toHaveBeenCalledOnce()
    expect(importing.step.kind).toBe('idle')
  })

  it('can be thought better of', async () => {
    importModel.mockRejectedValueOnce(new PasticheError('weights-unverified', 'Looks like VGG16.'))
    const importing = new ModelImportState(studio)
    await importing.start()
    importing.cancel()
    await importing.allow()
    expect(importModel).toHaveBeenCalledOnce()
  })
})
