import type { MenuCommand } from '../../shared/contract/studio.ts'
import { isAtWork } from './jobs.svelte.ts'
import type { StudioState } from './studio.svelte.ts'

/** Something the user can do, from a button, the menu or the keyboard: told once, here. */
export interface Action {
  readonly id: MenuCommand
  readonly label: string
  /** As `KeyboardEvent.key`, after `Mod+` (Ctrl, or Cmd on a Mac) and `Shift+`; null: no shortcut. */
  readonly keys: string | null
  readonly isEnabled: (studio: StudioState) => boolean
  readonly run: (studio: StudioState) => void
}

const always = (): boolean => true
const hasResult = (studio: StudioState): boolean => studio.results.selected !== null

/** Every action, in the order in which the list of shortcuts shows them. */
export const actions: readonly Action[] = [
  {
    id: 'open-photo',
    label: 'Add a photo',
    keys: 'Mod+O',
    isEnabled: always,
    run: (studio) => void studio.ask('content'),
  },
  {
    id: 'open-style',
    label: 'Add a style picture',
    keys: 'Mod+Shift+O',
    isEnabled: always,
    run: (studio) => void studio.ask('style'),
  },
  {
    id: 'start',
    label: 'Start painting',
    keys: 'Mod+Enter',
    isEnabled: ({ draft }) => draft.obstacle === null,
    run: (studio) => void studio.start(),
  },
  {
    id: 'pause',
    label: 'Pause or resume',
    keys: 'Mod+P',
    isEnabled: ({ jobs }) => jobs.atWork !== null,
    run: (studio) => void studio.togglePause(),
  },
  {
    id: 'stop',
    label: 'Stop and keep the picture',
    keys: 'Mod+.',
    isEnabled: ({ jobs }) => jobs.all.some(isAtWork),
    run: (studio) => void studio.stop(),
  },
  {
    id: 'save-result',
    label: 'Save picture as…',
    keys: 'Mod+S',
    isEnabled: hasResult,
    run: (studio) => studio.saveSelected(),
  },
  {
    id: 'copy-result',
    label: 'Copy picture',
    keys: 'Mod+Shift+C',
    isEnabled: hasResult,
    run: (studio) => void studio.copy(),
  },
  {
    id: 'compare',
    label: 'Compare with photo',
    keys: 'C',
    isEnabled: always,
    run: ({ view }) => (view.comparing = !view.comparing),
  },
  {
    id: 'zoom-fit',
    label: 'Fit to window',
    keys: '0',
    isEnabled: always,
    run: ({ canvas }) => canvas.zoomTo('fit'),
  },
  {
    id: 'zoom-actual',
    label: 'Actual size',
    keys: '1',
    isEnabled: always,
    run: ({ canvas }) => canvas.zoomTo('actual'),
  },
  {
    id: 'full-screen',
    label: 'Full screen',
    keys: 'F',
    isEnabled: always,
    run: ({ view }) => view.toggleFullScreen(),
  },
  {
    id: 'studio',
    label: 'Studio',
    keys: 'Mod+1',
    isEnabled: always,
    run: ({ view }) => (view.page = 'studio'),
  },
  {
    id: 'gallery',
    label: 'Gallery',
    keys: 'Mod+2',
    isEnabled: always,
    run: ({ view }) => (view.page = 'gallery'),
  },
  {
    id: 'models',
    label: 'Models',
    keys: 'Mod+M',
    isEnabled: always,
    run: ({ view }) => view.open({ kind: 'models' }),
  },
  {
    id: 'devices',
    label: 'Devices',
    keys: 'Mod+D',
    isEnabled: always,
    run: ({ view }) => view.open({ kind: 'devices' }),
  },
  {
    id: 'settings',
    label: 'Settings',
    keys: 'Mod+,',
    isEnabled: always,
    run: ({ view }) => view.open({ kind: 'settings' }),
  },
  {
    id: 'shortcuts',
    label: 'Keyboard shortcuts',
    keys: '?',
    isEnabled: always,
    run: ({ view }) => view.open({ kind: 'shortcuts' }),
  },
  {
    id: 'about',
    label: 'About Pastiche',
    keys: null,
    isEnabled: always,
    run: ({ view }) => view.open({ kind: 'about' }),
  },
]

/** Keys of the canvas, which it hears by itself. */
export const canvasKeys: readonly { readonly keys: readonly string[]; readonly label: string }[] = [
  { keys: ['+', '-'], label: 'Zoom in and out' },
  { keys: ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'], label: 'Pan' },
  { keys: ['O'], label: 'Hold to see the original' },
  { keys: ['Escape'], label: 'Exit full screen' },
]

export function runAction(id: MenuCommand, studio: StudioState): void {
  const action = actions.find((candidate) => candidate.id === id)
  if (action?.isEnabled(studio) === true) action.run(studio)
}

/**
 * The action of a key that was pressed; null while someone writes, unless the key cannot be writing.
 *
 * @param singleKeys whether keys without Ctrl or Cmd count
 */
export function actionOf(event: KeyboardEvent, singleKeys: boolean): Action | null {
  const mod = event.ctrlKey || event.metaKey
  if (event.altKey || (!mod && (!singleKeys || isWriting(event.target)))) return null
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key
  // Letters need Shift to be told; "?" cannot be typed without it.
  const shift = event.shiftKey && (mod || /^[A-Z]$/.test(key))
  const keys = `${mod ? 'Mod+' : ''}${shift ? 'Shift+' : ''}${key}`
  return actions.find((action) => action.keys === keys) ?? null
}

/** A slider is no place to write in. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  const writes = ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
  return (
    target.isContentEditable || (writes && !target.matches('[type=range], [type=checkbox], [type=radio]'))
  )
}
