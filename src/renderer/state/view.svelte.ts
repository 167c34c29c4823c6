import { Remembered } from './remembered.svelte.ts'

/** Role of a picture: the photo, a style, or the start of the canvas. */
export type PictureTarget = 'content' | 'style' | 'start'

/** Dialog that is open over the studio. */
export type OpenDialog =
  | { readonly kind: 'models' }
  | { readonly kind: 'devices' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'about' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'samples'; readonly target: PictureTarget }
  | { readonly kind: 'edit-style'; readonly index: number }
  | { readonly kind: 'save-preset' }
  | { readonly kind: 'save-result'; readonly resultId: string }
  | { readonly kind: 'recipe'; readonly resultId: string }

/** State of the view: page, dialog, canvas. */
export class View {
  page = $state<'studio' | 'gallery'>('studio')
  dialog = $state.raw<OpenDialog | null>(null)
  /** All parameters rather than the few. */
  full = $state(false)
  /** Before/after slider on the canvas. */
  comparing = $state(false)
  /** Shortcuts of a single letter or digit; whoever speaks to the computer may want them off (WCAG 2.1.4). */
  readonly singleKeys = new Remembered<'on' | 'off'>('single-keys', 'on')
  /** Panel that is open below the canvas. */
  readonly drawer = new Remembered<'closed' | 'loss' | 'queue'>('drawer', 'closed')
  /** Two results side by side in the gallery, once both are chosen. */
  comparison = $state.raw<readonly string[]>([])

  fullScreen = $state(false)

  toggleFullScreen(): void {
    this.fullScreen = !this.fullScreen
  }

  open(dialog: OpenDialog): void {
    this.dialog = dialog
  }

  close(): void {
    this.dialog = null
  }
}
