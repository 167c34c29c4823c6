import type { Snippet } from 'svelte'

/** `button`: behind a small i beside the label; `below`: always to be read. */
export type HelpLook = 'button' | 'below'

/** Props of every field. */
export interface FieldProps {
  label: string
  /** One sentence. */
  help?: string | undefined
  helpLook?: HelpLook
  hideLabel?: boolean
  /** Beside the label: a button to reset it, a mark. */
  tools?: Snippet | undefined
}
