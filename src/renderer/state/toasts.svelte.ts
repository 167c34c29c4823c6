import type { StudioNotice } from '../../shared/contract/studio.ts'
import { hintInStudio, PasticheError } from '../../shared/errors.ts'

export interface Toast {
  readonly id: number
  readonly level: StudioNotice['level']
  readonly message: string
  readonly hint: string | null
  readonly action: { readonly label: string; readonly run: () => void } | null
}

const shownMs = { info: 6000, warning: 12_000, error: 20_000 } as const
const mostShown = 5

/** Short messages in the corner: what happened, what to do, and the way back where there is one. */
export class Toasts {
  all = $state.raw<readonly Toast[]>([])
  #lastId = 0

  show(
    level: Toast['level'],
    message: string,
    { hint = null, action = null }: Partial<Pick<Toast, 'hint' | 'action'>> = {},
  ): void {
    const same = this.all.filter((toast) => toast.message !== message)
    this.all = [...same, { id: ++this.#lastId, level, message, hint, action }].slice(-mostShown)
  }

  notice({ level, message, hint }: StudioNotice): void {
    this.show(level, message, { hint })
  }

  /** Tells of an error in the words of the window. A call that was cancelled is no news. */
  error(thrown: unknown): void {
    const error = PasticheError.from(thrown)
    if (error.code !== 'cancelled') this.show('error', error.message, { hint: hintInStudio(error) })
  }

  dismiss(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id)
  }

  /** How long a toast stays, unless someone points at it. */
  static lifeMs({ level, action }: Toast): number {
    return action === null ? shownMs[level] : Math.max(shownMs[level], 10_000)
  }
}
