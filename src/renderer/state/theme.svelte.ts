import { createContext } from 'svelte'
import { MediaQuery } from 'svelte/reactivity'
import type { StudioSettings } from '../../shared/contract/studio.ts'
import { Remembered } from './remembered.svelte.ts'

/** Light or dark: what the settings say, or the system. */
export class Theme {
  readonly #chosen: () => StudioSettings['theme']
  readonly #systemIsDark = new MediaQuery('prefers-color-scheme: dark')
  /** Read by theme.js before the first paint of the next time. */
  readonly #remembered = new Remembered<StudioSettings['theme']>('theme', 'system')
  readonly isDark = $derived.by(() =>
    this.#chosen() === 'system' ? this.#systemIsDark.current : this.#chosen() === 'dark',
  )

  constructor(chosen: () => StudioSettings['theme']) {
    this.#chosen = chosen
  }

  get other(): 'light' | 'dark' {
    return this.isDark ? 'light' : 'dark'
  }

  /** Puts it on the page. */
  show(root: HTMLElement): void {
    root.dataset['theme'] = this.#chosen()
    this.#remembered.value = this.#chosen()
  }
}

export const [useTheme, provideTheme] = createContext<Theme>()
