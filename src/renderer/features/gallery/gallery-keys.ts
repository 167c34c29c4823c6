import type { GalleryState } from './gallery-state.svelte.ts'
import { inNextRow, type Row } from './justify.ts'
import { choose, chooseAll, chooseTo, lookAt, nothingChosen, toggle } from './selection.ts'

interface Place {
  readonly gallery: GalleryState
  readonly rows: readonly Row[]
  /** Index of the focused picture. */
  readonly id: string
}

type Press = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** Handles a key in the gallery. @returns whether it meant the gallery */
export function galleryKey(event: Press, place: Place): boolean {
  if (event.altKey) return false
  const next = target(event.key, place)
  if (next !== null) {
    move(event, place, next)
    return true
  }
  return act(event, place)
}

/** Target of an arrow key; null for any other key. */
function target(key: string, { gallery: { ids }, rows, id }: Place): string | null {
  const at = ids.indexOf(id)
  switch (key) {
    case 'ArrowLeft':
      return ids[Math.max(0, at - 1)] ?? null
    case 'ArrowRight':
      return ids[Math.min(ids.length - 1, at + 1)] ?? null
    case 'ArrowUp':
      return inNextRow(rows, id, -1)
    case 'ArrowDown':
      return inNextRow(rows, id, 1)
    case 'Home':
      return ids[0] ?? null
    case 'End':
      return ids.at(-1) ?? null
    default:
      return null
  }
}

function move({ shiftKey, ctrlKey, metaKey }: Press, { gallery }: Place, next: string): void {
  const { selection, ids } = gallery
  if (shiftKey) gallery.selection = chooseTo(selection, next, ids)
  else gallery.selection = ctrlKey || metaKey ? lookAt(selection, next) : choose(next)
}

function act({ key, ctrlKey, metaKey }: Press, { gallery, id }: Place): boolean {
  const mod = ctrlKey || metaKey
  if (mod && key.toLowerCase() === 'a') gallery.selection = chooseAll(gallery.ids, gallery.selection)
  else if (mod) return false
  else if (key === ' ') gallery.selection = toggle(gallery.selection, id)
  else if (key === 'Enter') gallery.view(id)
  else if (key === 'Escape') gallery.selection = nothingChosen
  else if (key === 'Delete' || key === 'Backspace') void gallery.removeChosen()
  else if (key === 'F2') gallery.renaming = gallery.chosen.length === 1
  else return false
  return true
}

/** As the list of shortcuts tells them. */
export const galleryKeys: readonly { readonly keys: readonly string[]; readonly label: string }[] = [
  { keys: ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'], label: 'Move between paintings' },
  { keys: [' '], label: 'Add to or remove from the selection' },
  { keys: ['Shift+ArrowRight'], label: 'Select a range' },
  { keys: ['Mod+A'], label: 'Select all' },
  { keys: ['Enter'], label: 'Open full view' },
  { keys: ['PageUp', 'PageDown'], label: 'Newer or older painting, in full view' },
  { keys: ['F2'], label: 'Rename' },
  { keys: ['Delete'], label: 'Delete the selection' },
  { keys: ['Escape'], label: 'Back, or clear the selection' },
]
