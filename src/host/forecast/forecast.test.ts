import { optimiseJob } from '../../shared/contract/optimise-job.ts'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { aPlan } from '../../../tests/support/job-values.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { type JobSpec } from '../../shared/contract/job.ts'
import { type Calibration } from '../../shared/contract/engine.ts'
import { type DeviceInfo } from '../../shared/contract/device.ts'
import { parameters, type PartialParameters } from '../../shared/contract/parameters.ts'
import type { EngineHost } from '../engine-host.ts'
import { Calibrations } from './calibrations.ts'
import { forecast } from './forecast.ts'

const folder = temporaryFolder()
const cpu: DeviceInfo = { id: 'cpu', name: 'CPU', usable: true, note: '' }
const measured: Calibration = {
  points: [
    { stepFlop: 1e9, stepMs: 10, setupMs: 0 },
    { stepFlop: 2e9, stepMs: 20, setupMs: 0 },
  ],
  nsPerElement: 1,
}

const jobWith = (given: PartialParameters = {}): JobSpec =>
  optimiseJob({ content: 'photo.jpg', styles: [], output: { path: 'out.png' }, parameters: given })

/** A picture of n px takes n MB, with L-BFGS ten times as much for each remembered pair. */
const planner = {
  call: (_method: string, { method: { parameters } }: JobSpec) => {
    const { sizePx, optimizer, history } = parameters
    return Promise.resolve(
      aPlan([{ widthPx: sizePx, heightPx: sizePx, steps: 10, stepFlop: 1e9 }], {
        peakMemoryBytes: sizePx * 1e6 * (optimizer === 'lbfgs' ? history : 1),
      }),
    )
  },
} as unknown as EngineHost

const calibrationsAt = (name: string): Calibrations => new Calibrations(folder.file(name), '1.0')
const foretell = (
  given: PartialParameters,
  freeMemoryBytes: number,
  device = cpu,
): ReturnType<typeof forecast> =>
  forecast({ planner, calibrations: calibrationsAt('none'), freeMemoryBytes }, jobWith(given), device)

describe('a forecast', () => {
  it('fits where nine tenths of the free memory are enough', async () => {
    expect(await foretell({ sizePx: 900 }, 1001e6)).toMatchObject({
      fits: true,
      options: [],
      estimatedMs: null,
    })
    expect((await foretell({ sizePx: 902 }, 1001e6)).fits).toBe(false)
  })

  it('offers the largest size that fits', async () => {
    const { options } = await foretell({ sizePx: 1024 }, 500e6)
    expect(options).toEqual([
      { words: '448 px instead of 1024 px', changes: { sizePx: 448 }, memoryBytes: 448e6 },
    ])
  })

  it('offers a shorter history, Adam and a size for L-BFGS, each only where it is enough', async () => {
    const lbfgs = { sizePx: 1024, optimizer: 'lbfgs', history: 100 } as const
    expect((await foretell(lbfgs, 10e9)).options.map(({ changes }) => changes)).toEqual([
      { history: 5 },
      { optimizer: 'adam' },
      { sizePx: 80 },
    ])
    expect((await foretell(lbfgs, 4e9)).options.map(({ changes }) => changes)).toEqual([
      { optimizer: 'adam' },
    ])
  })

  it('offers nothing where not even a thumbnail fits', async () => {
    expect((await foretell({ sizePx: 1024 }, 10e6)).options).toEqual([])
  })

  it('leaves the memory of a GPU to its driver', async () => {
    expect((await foretell({ sizePx: 8000 }, 1e6, { ...cpu, id: 'webgpu' })).fits).toBe(true)
  })
})

describe('the measure of this machine', () => {
  const key = { device: 'cpu', threads: 0, parameters: parameters.parse({}) } as const

  it('is taken once, also by two who ask at once, and remembered', async () => {
    const call = vi.fn(() => Promise.resolve(measured))
    const engine = { call } as unknown as EngineHost
    const calibrations = calibrationsAt('once')
    await Promise.all([calibrations.get(key, engine), calibrations.get(key, engine)])
    await calibrations.get(key, engine)
    expect(call).toHaveBeenCalledTimes(1)
    await vi.waitFor(() => expect(readFileSync(folder.file('once'), 'utf8')).toContain('cpu/compact/0'))
    const again = calibrationsAt('once')
    await again.open()
    expect(again.known(key)?.calibration).toEqual(measured)
  })

  it('is of one device, network and number of threads', async () => {
    const calibrations = calibrationsAt('kinds')
    await calibrations.get(key, { call: () => Promise.resolve(measured) } as unknown as EngineHost)
    expect(calibrations.known({ ...key, threads: 1 })).toBeNull()
    expect(calibrations.known({ ...key, parameters: parameters.parse({ network: 'vgg19' }) })).toBeNull()
    expect(calibrations.known({ ...key, device: 'webgpu' })).toBeNull()
  })

  it('that failed is repeated by the next caller', async () => {
    const call = vi.fn().mockRejectedValueOnce(new Error('busy')).mockResolvedValueOnce(measured)
    const engine = { call } as unknown as EngineHost
    const calibrations = calibrationsAt('failed')
    await expect(calibrations.get(key, engine)).rejects.toThrow('busy')
    expect((await calibrations.get(key, engine)).calibration).toEqual(measured)
  })

  it('is corrected by what jobs really took, within reason', async () => {
    const calibrations = calibrationsAt('learnt')
    await calibrations.get(key, { call: () => Promise.resolve(measured) } as unknown as EngineHost)
    calibrations.learn(key, 1000, 2000)
    expect(calibrations.known(key)?.correction).toBeCloseTo(Math.sqrt(2))
    calibrations.learn(key, 1, 1e9)
    expect(calibrations.known(key)?.correction).toBeLessThan(5)
    const found = await forecast(
      { planner, calibrations, freeMemoryBytes: 1e9 },
      jobWith({ sizePx: 100 }),
      cpu,
    )
    // Ten steps of 10 ms, and a quarter of one for the targets of the content.
    expect(found.estimatedMs).toBeCloseTo(calibrations.known(key)!.correction * 102.5)
  })

  it('starts over if its file is broken', async () => {
    writeFileSync(folder.file('broken'), '{"schema":1,"entries":{"x":')
    const calibrations = calibrationsAt('broken')
    await calibrations.open()
    expect(calibrations.known(key)).toBeNull()
  })
})
