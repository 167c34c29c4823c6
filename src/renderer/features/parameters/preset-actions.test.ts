import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { StudioPreset } from '../../../shared/contract/studio.ts'
import { DraftState } from '../../state/draft.svelte.ts'
import { failed, type StudioState } from '../../state/studio.svelte.ts'
import { Toasts } from '../../state/toasts.svelte.ts'
import { removeOwn, saveOwn } from './preset-actions.ts'

const thick: StudioPreset = {
  id: 'thick',
  name: 'Thick',
  description: 'Much paint.',
  builtIn: false,
  weightFamily: null,
  parameters: { styleScale: 2, steps: 100 },
  notices: [],
}

describe('a preset of one’s own', () => {
  let presets: StudioPreset[]
  const savePreset = vi.fn()
  const removePreset = vi.fn()
  const toasts = new Toasts()
  let draft: DraftState
  let studio: StudioState

  beforeEach(() => {
    presets = [thick]
    savePreset.mockImplementation(() => {
      presets = [thick]
      return Promise.resolve(thick)
    })
    removePreset.mockImplementation(() => {
      presets = []
      return Promise.resolve(null)
    })
    draft = new DraftState(
      () => presets,
      () => undefined,
    )
    draft.choosePreset('thick', { steps: 50 })
    studio = {
      draft,
      toasts,
      library: { savePreset, removePreset },
      attempt: <T>(work: () => Promise<T>) => work(),
    } as unknown as StudioState
  })

  it('is saved with what was changed, and nothing counts as changed afterwards', async () => {
    await saveOwn(studio, thick)
    expect(savePreset).toHaveBeenCalledWith(
      expect.objectContaining({ parameters: { styleScale: 2, steps: 50 }, base: 'thick', replace: true }),
    )
    expect(draft.isModified).toBe(false)
  })

  it('that is deleted leaves its parameters in the panel', async () => {
    const before = draft.parameters
    await removeOwn(studio, thick)
    expect(draft.presetId).toBeNull()
    expect(draft.parameters).toEqual(before)
  })

  it('that cannot be deleted stays chosen', async () => {
    const failing = { draft, toasts, attempt: () => Promise.resolve(failed) } as unknown as StudioState
    await removeOwn(failing, thick)
    expect(draft.presetId).toBe('thick')
    expect(draft.own).toEqual({ steps: 50 })
  })

  it('comes back with what was changed on top of it', async () => {
    await removeOwn(studio, thick)
    toasts.all.at(-1)?.action?.run()
    await vi.waitFor(() => expect(draft.presetId).toBe('thick'))
    expect(draft.own).toEqual({ steps: 50 })
  })

  it('comes back without disturbing who has gone on to another', async () => {
    await removeOwn(studio, thick)
    draft.choosePreset('pastiche')
    toasts.all.at(-1)?.action?.run()
    await vi.waitFor(() => expect(presets).toHaveLength(1))
    expect(draft.presetId).toBe('pastiche')
  })
})
