export type LayerWeightsValue = Readonly<Record<string, number>>

export interface LayerRow {
  readonly tap: string
  readonly weight: number
  /** True if the network has it. */
  readonly isKnown: boolean
}

/** From the picture inwards; what the network does not have comes last. */
export function sortedTaps(layers: LayerWeightsValue, taps: readonly string[]): readonly LayerRow[] {
  return Object.entries(layers)
    .map(([tap, weight]) => ({ tap, weight, isKnown: taps.includes(tap) }))
    .sort((a, b) => placeOf(a.tap, taps) - placeOf(b.tap, taps))
}

function placeOf(tap: string, taps: readonly string[]): number {
  const place = taps.indexOf(tap)
  return place < 0 ? taps.length : place
}

/** Taps that can be added: before or after ReLU, or pooled. */
export function freeTaps(
  layers: LayerWeightsValue,
  taps: readonly string[],
): readonly { value: string; label: string; group: string }[] {
  return taps
    .filter((tap) => !Object.hasOwn(layers, tap))
    .map((tap) => ({ value: tap, label: tap, group: groupOf(tap) }))
    .sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group))
}

const groups = ['After ReLU', 'Before ReLU', 'Pooled']

function groupOf(tap: string): string {
  if (tap.startsWith('relu')) return groups[0]!
  return tap.startsWith('conv') ? groups[1]! : groups[2]!
}

export function addTap(layers: LayerWeightsValue, tap: string): LayerWeightsValue {
  return tap === '' || Object.hasOwn(layers, tap) ? layers : { ...layers, [tap]: 1 }
}

export function removeTap(layers: LayerWeightsValue, tap: string): LayerWeightsValue {
  const { [tap]: _, ...others } = layers
  return others
}
