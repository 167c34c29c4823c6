import type { Snippet } from 'svelte'
import type { Field } from './fields.ts'

/** Props of every widget of the panel. */
export interface WidgetProps<K extends Field['kind']> {
  readonly field: Extract<Field, { kind: K }>
  /** The parameter's help with its range and default. */
  readonly help: string
  /** Beside the label. */
  readonly tools: Snippet
}
