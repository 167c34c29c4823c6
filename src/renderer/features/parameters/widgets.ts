import type { Component, Snippet } from 'svelte'
import ChoiceWidget from './ChoiceWidget.svelte'
import type { Field } from './fields.ts'
import LayerWeights from './LayerWeights.svelte'
import NumberWidget from './NumberWidget.svelte'
import ScalesEditor from './ScalesEditor.svelte'
import SwitchWidget from './SwitchWidget.svelte'

type Kind = Field['kind']

export interface WidgetProps<K extends Kind> {
  readonly field: Extract<Field, { kind: K }>
  /** The parameter's help with its range and default. */
  readonly help: string
  /** Beside the label. */
  readonly tools: Snippet
}

/** What draws a parameter, by the kind that its schema has. */
export const widgets: { readonly [K in Kind]: Component<WidgetProps<K>> } = {
  choice: ChoiceWidget,
  switch: SwitchWidget,
  number: NumberWidget,
  layers: LayerWeights,
  scales: ScalesEditor,
}
