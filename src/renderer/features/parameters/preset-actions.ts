import type { PartialParameters } from '../../../shared/contract/parameters.ts'
import type { StudioPreset } from '../../../shared/contract/studio.ts'
import { failed, type StudioState } from '../../state/studio.svelte.ts'

/** Saves the current settings to the selected preset, which must be the user's own. */
export async function saveOwn(studio: StudioState, { id, name, description }: StudioPreset): Promise<void> {
  const parameters = studio.draft.keepable
  const saved = await studio.attempt(() =>
    studio.library.savePreset({ name, description, parameters, base: id, replace: true }),
  )
  if (saved === failed) return
  studio.draft.choosePreset(saved.id)
  studio.toasts.show('info', `Saved "${saved.name}".`)
}

/** Deletes a preset of the user's own, keeps the current settings and offers to undo. */
export async function removeOwn(studio: StudioState, preset: StudioPreset): Promise<void> {
  const { draft } = studio
  const { own } = draft
  const isChosen = draft.presetId === preset.id
  // First, as its parameters are gone with it.
  if (isChosen) draft.keepWithoutPreset()
  if ((await studio.attempt(() => studio.library.removePreset(preset.id))) === failed) {
    if (isChosen) draft.choosePreset(preset.id, own)
    return
  }
  const run = (): void => void bringBack(studio, preset, own)
  studio.toasts.show('info', `Deleted "${preset.name}".`, { action: { label: 'Undo', run } })
}

async function bringBack(
  studio: StudioState,
  { name, description, parameters }: StudioPreset,
  own: PartialParameters,
): Promise<void> {
  const saved = await studio.attempt(() =>
    studio.library.savePreset({ name, description, parameters, base: null, replace: false }),
  )
  // Only onto a table that was left as it was.
  if (saved === failed || studio.draft.presetId !== null) return
  studio.draft.choosePreset(saved.id, own)
}

export async function exportPreset(studio: StudioState, { id }: StudioPreset): Promise<void> {
  const exported = await studio.attempt(() => studio.library.exportPreset(id))
  if (exported !== failed) studio.receive(exported)
}
