import { describe, expect, it } from 'vitest'
import { chooseDevice, listDevices } from './devices.ts'

const unusable = (await listDevices()).filter(({ usable }) => !usable)

describe('devices', () => {
  it('lists every device that Pastiche knows, with a sentence for each', async () => {
    const devices = await listDevices()
    expect(devices.map(({ id }) => id)).toEqual(['cpu', 'webgpu', 'cuda', 'directml', 'coreml'])
    for (const { note } of devices) expect(note).toMatch(/\.$/)
  })

  it('can always use the CPU', async () => {
    expect(await chooseDevice('cpu')).toMatchObject({ device: { id: 'cpu', usable: true }, notice: null })
  })

  it('takes a usable device by itself', async () => {
    const { device, notice } = await chooseDevice('auto')
    expect([device.usable, notice]).toEqual([true, null])
  })

  it.each(unusable)(
    'uses the CPU instead of $id, which is not usable here, and says why',
    async ({ id, note }) => {
      expect(await chooseDevice(id)).toMatchObject({
        device: { id: 'cpu' },
        notice: `The ${id} device cannot be used: ${note} The job runs on the cpu device.`,
      })
    },
  )
})
