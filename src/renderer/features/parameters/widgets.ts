import type { Component } from 'svelte'
import ChoiceWidget from './ChoiceWidget.svelte'
import type { Field } from './fields.ts'
import LayerWeights from './LayerWeights.svelte'
import NumberWidget from './NumberWidget.svelte'
import ScalesEditor from './ScalesEditor.svelte'
import SwitchWidget from './SwitchWidget.svelte'
import type { WidgetProps } from './widget-props.ts'

type Kind = Field['kind']

/** Widget for a parameter, by the kind of its schema. */
export const widgets: { readonly [K in Kind]: Component<WidgetProps<K>> } = {
  choice: ChoiceWidget,
  switch: SwitchWidget,
  number: NumberWidget,
  layers: LayerWeights,
  scales: ScalesEditor,
}
