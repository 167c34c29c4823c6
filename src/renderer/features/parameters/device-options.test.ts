import { expect, it } from 'vitest'
import type { DeviceInfo } from '../../../shared/contract/device.ts'
import { deviceOptions } from './device-options.ts'

const cpu: DeviceInfo = { id: 'cpu', name: 'CPU', usable: true, note: '' }
const cuda: DeviceInfo = { id: 'cuda', name: 'CUDA', usable: false, note: 'No driver was found.' }

it('a device that cannot be used is shown with the reason, and cannot be chosen', () => {
  const option = deviceOptions([cpu, cuda], 'auto').find(({ value }) => value === 'cuda')!
  expect(option.disabled).toBe(true)
  expect(option.label).toContain('No driver was found.')
})

it('the chosen device is offered before any was found', () => {
  expect(deviceOptions(null, 'webgpu').map(({ value }) => value)).toEqual(['auto', 'webgpu'])
})

it('a chosen device that stopped working stays to be seen', () => {
  expect(deviceOptions([cpu, cuda], 'cuda').find(({ value }) => value === 'cuda')?.disabled).toBe(false)
})
