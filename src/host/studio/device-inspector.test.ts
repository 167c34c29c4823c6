import { describe, expect, it, vi } from 'vitest'
import { FakeWorkers } from '../../../tests/studio/support/fake-worker.ts'
import { PasticheError } from '../../shared/errors.ts'
import { DeviceInspector } from './device-inspector.ts'

const appVersion = '1.2.3'
const device = { id: 'cpu', name: 'CPU', usable: true, note: '' } as const
const report = { ...device, needs: [] }
const choice = { device, notice: null }

function desk(call: () => Promise<unknown> = () => Promise.resolve(choice)): {
  desk: DeviceInspector
  workers: FakeWorkers
} {
  const workers = new FakeWorkers(appVersion)
  return { workers, desk: new DeviceInspector({ spawn: workers.spawn, appVersion }, { call: call as never }) }
}

describe('the list of devices', () => {
  it('is made by an engine of its own, once, which is gone then', async () => {
    const { desk: devices, workers } = desk()
    const [first, second] = await Promise.all([devices.list(false), devices.list(false)])
    expect(first).toEqual([report])
    expect(second).toBe(first)
    expect(workers.started.map(({ isGone }) => isGone)).toEqual([true])
  })

  it('is made again on request', async () => {
    const { desk: devices, workers } = desk()
    await devices.list(false)
    await devices.list(true)
    await devices.list(false)
    expect(workers.started).toHaveLength(2)
  })

  it('that failed is not remembered, and its engine is gone too', async () => {
    const { desk: devices, workers } = desk()
    workers.onStart = (worker) => (worker.failDevices = workers.started.length === 1)
    await expect(devices.list(false)).rejects.toMatchObject({ code: 'device-failed' })
    expect(await devices.list(false)).toEqual([report])
    expect(workers.started.map(({ isGone }) => isGone)).toEqual([true, true])
  })
})

describe('the device of the next job', () => {
  it('is chosen by the painter, once for each wish until the devices are inspected again', async () => {
    const call = vi.fn(() => Promise.resolve(choice))
    const { desk: devices } = desk(call)
    await devices.choose('auto')
    await devices.choose('auto')
    await devices.choose('cpu')
    expect(call.mock.calls).toEqual([
      ['chooseDevice', { device: 'auto' }],
      ['chooseDevice', { device: 'cpu' }],
    ])
    await devices.list(true)
    await devices.choose('auto')
    expect(call).toHaveBeenCalledTimes(3)
  })

  it('is asked for again after a failure', async () => {
    const call = vi
      .fn<() => Promise<unknown>>()
      .mockRejectedValueOnce(new PasticheError('engine-lost', 'It stopped.'))
      .mockResolvedValueOnce(choice)
    const { desk: devices } = desk(call)
    await expect(devices.choose('auto')).rejects.toMatchObject({ code: 'engine-lost' })
    expect(await devices.choose('auto')).toEqual(choice)
  })
})
