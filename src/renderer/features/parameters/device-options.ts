import type { DeviceId, DeviceInfo } from '../../../shared/contract/device.ts'

interface Option {
  readonly value: string
  readonly label: string
  readonly disabled?: boolean
}

/** Every device that was found, and why one cannot be chosen. The one that is chosen is there even before they were found. */
export function deviceOptions(devices: readonly DeviceInfo[] | null, chosen: DeviceId): Option[] {
  const found = (devices ?? []).map(({ id, name, usable, note }) => ({
    value: id,
    label: usable ? name : `${name} (not usable: ${note})`,
    disabled: !usable && id !== chosen,
  }))
  const isThere = chosen === 'auto' || found.some(({ value }) => value === chosen)
  return [
    { value: 'auto', label: 'Automatic' },
    ...found,
    ...(isThere ? [] : [{ value: chosen, label: chosen.toUpperCase() }]),
  ]
}
