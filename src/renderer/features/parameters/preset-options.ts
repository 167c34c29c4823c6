import type { StudioPreset } from '../../../shared/contract/studio.ts'

interface Option {
  readonly value: string
  readonly label: string
  readonly group?: string
}

/** Built-in presets as they are sorted by the host, then one's own by name. */
export function presetOptions(presets: readonly StudioPreset[], isNoneChosen: boolean): Option[] {
  const option = ({ id, name, builtIn }: StudioPreset): Option => ({
    value: id,
    label: name,
    group: builtIn ? 'Built in' : 'Your presets',
  })
  const own = presets.filter(({ builtIn }) => !builtIn).sort((a, b) => a.name.localeCompare(b.name))
  return [
    ...(isNoneChosen ? [{ value: '', label: 'None' }] : []),
    ...presets.filter(({ builtIn }) => builtIn).map(option),
    ...own.map(option),
  ]
}
