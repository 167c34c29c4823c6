import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import type { WeightsFacts } from '../../../shared/contract/models.ts'
import { studioModel, type StudioModel, type StudioNotice } from '../../../shared/contract/studio.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { readManifest } from '../../models/manifest.ts'
import type { ModelListeners, ModelState } from '../../models/model-store-options.ts'
import type { ModelStore } from '../../models/model-store.ts'
import { ModelService } from './model-service.ts'

const manifest = await readManifest(fileURLToPath(new URL('../../../../resources', import.meta.url)))
const facts: WeightsFacts = {
  ...{ network: 'vgg19', family: 'caffe', origin: 'VGG19 (Keras)', verified: true },
  ...{ sourceSha256: '0'.repeat(64), dataSha256: '1'.repeat(64) },
}
const path = '/weights/vgg19.safetensors'
const states: ModelState[] = [
  { network: 'vgg16', path: '/weights/vgg16.safetensors', stored: null, downloads: [] },
  { network: 'vgg19', path, stored: { state: 'ready', path, bytes: 9, facts }, downloads: [] },
]

interface Waiting {
  readonly listeners: ModelListeners
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** A service over a store whose work the test ends. */
function bench(list: ModelState[] = states): {
  service: ModelService
  notices: StudioNotice[]
  told: StudioModel[][]
  work: Waiting[]
} {
  const [notices, told, work]: [StudioNotice[], StudioModel[][], Waiting[]] = [[], [], []]
  const wait = (_id: string, listeners: ModelListeners): Promise<unknown> =>
    new Promise((resolve, reject) => {
      listeners.signal?.addEventListener('abort', () => reject(new PasticheError('cancelled', 'Cancelled.')))
      work.push({ listeners, resolve, reject })
    })
  const store = {
    list: () => Promise.resolve(list),
    download: wait,
    import: wait,
    verify: (id: string) => wait(id, {}),
    remove: () => Promise.resolve(),
  } as unknown as ModelStore
  const service = new ModelService({
    openStore: () => Promise.resolve(store),
    manifest,
    onNotice: (notice) => notices.push(notice),
  })
  service.onChange((models) => told.push(models))
  return { service, notices, told, work }
}

const activityOf = (models: readonly StudioModel[] | undefined, network: string): unknown =>
  models?.find((model) => model.network === network)?.activity ?? null
const { id } = manifest.models.find(({ network, urls }) => network === 'vgg16' && urls.length > 0)!

describe('the networks of the window', () => {
  it('are as the contract says, without a path', async () => {
    const models = await bench().service.list()
    for (const model of models) expect(studioModel.strict().safeParse(model).success).toBe(true)
    expect(models.map(({ network, installed }) => [network, installed?.state])).toEqual([
      ['vgg16', undefined],
      ['vgg19', 'ready'],
    ])
  })
})

describe('what a job needs of a network', () => {
  it('names no path for the one that ships, only its checksum', async () => {
    expect(await bench().service.weightsOf('compact')).toEqual({
      path: null,
      origin: 'compact',
      dataSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    })
  })

  it('is its file, and where it came from', async () => {
    const { origin, dataSha256 } = facts
    expect(await bench().service.weightsOf('vgg19')).toEqual({ path, origin, dataSha256 })
  })

  it('is refused where it is missing or damaged', async () => {
    const { service } = bench([states[0]!, { ...states[1]!, stored: { state: 'damaged', path, bytes: 9 } }])
    await expect(service.weightsOf('vgg16')).rejects.toMatchObject({
      code: 'weights-missing',
      message: "VGG16 isn't installed.",
    })
    await expect(service.weightsOf('vgg19')).rejects.toMatchObject({ code: 'weights-damaged' })
  })
})

describe('a download', () => {
  it('is shown while it lasts, and its end is told', async () => {
    const { service, told, work, notices } = bench()
    service.download(id)
    await expect
      .poll(() => activityOf(told.at(-1), 'vgg16'))
      .toMatchObject({ phase: 'downloading', bytes: 0 })
    await expect.poll(() => work.length).toBe(1)
    work[0]!.listeners.onProgress?.({ phase: 'converting', bytes: 5, totalBytes: 9 })
    await expect
      .poll(() => activityOf(told.at(-1), 'vgg16'))
      .toEqual({
        ...{ phase: 'converting', bytes: 5, totalBytes: 9 },
      })
    work[0]!.resolve({ fresh: true, origin: 'VGG16 (Keras)' })
    await expect.poll(() => activityOf(told.at(-1), 'vgg16')).toBeNull()
    expect(notices).toEqual([{ level: 'info', message: 'VGG16 (Keras) is ready.', hint: null }])
  })

  it('that goes wrong is told by a notice, in the words of the window', async () => {
    const { service, work, notices, told } = bench()
    service.download(id)
    await expect.poll(() => work.length).toBe(1)
    work[0]!.reject(new PasticheError('offline', 'Expected a connection.'))
    await expect
      .poll(() => notices)
      .toEqual([
        {
          level: 'error',
          message: 'Expected a connection.',
          hint: 'Turn off "Stay offline" in Settings, or import a file.',
        },
      ])
    expect(activityOf(told.at(-1), 'vgg16')).toBeNull()
  })

  it('that is cancelled ends without a word', async () => {
    const { service, work, told, notices } = bench()
    service.download(id)
    await expect.poll(() => work.length).toBe(1)
    service.cancel('vgg16')
    await expect.poll(() => activityOf(told.at(-1), 'vgg16')).toBeNull()
    expect(notices).toEqual([])
    expect(() => service.cancel('vgg16')).not.toThrow()
  })

  it('of a network that is busy, or unknown, is refused at once', async () => {
    const { service, work } = bench()
    service.download(id)
    expect(() => service.download(id)).toThrow(expect.objectContaining({ code: 'store-busy' }))
    expect(() => service.download('vgg99')).toThrow(expect.objectContaining({ code: 'unknown-model' }))
    await expect(service.remove('vgg16')).rejects.toMatchObject({ code: 'store-busy' })
    await expect.poll(() => work.length).toBe(1)
  })

  it('stops when Pastiche is to stay offline, an import does not', async () => {
    const { service, work, told } = bench()
    service.download(id)
    const importing = service.import('/x', { family: null, allowUnverified: false })
    await expect.poll(() => work.length).toBe(2)
    service.stopDownloads()
    await expect.poll(() => activityOf(told.at(-1), 'vgg16')).toBeNull()
    expect(activityOf(told.at(-1), 'vgg19')).toMatchObject({ phase: 'importing' })
    work[1]!.resolve({ ...facts, found: 'VGG19.' })
    await expect(importing).resolves.toMatchObject({ network: 'vgg19' })
  })
})

describe('a check', () => {
  it('says whether a network is whole', async () => {
    const { service, work } = bench()
    const good = service.verify('vgg19')
    await expect.poll(() => work.length).toBe(1)
    work[0]!.resolve([{ ok: true, ...facts, path, bytes: 9 }])
    expect(await good).toEqual({ ok: true, message: 'VGG19 (Keras) is whole.' })
    const bad = service.verify('vgg19')
    await expect.poll(() => work.length).toBe(2)
    const error = new PasticheError('weights-damaged', 'Expected other numbers.').toData()
    work[1]!.resolve([{ ok: false, network: 'vgg19', path, error }])
    expect(await bad).toEqual({ ok: false, message: 'Expected other numbers. Remove it and get it again.' })
  })
})

describe('closing', () => {
  it('ends what is going on and waits for its end', async () => {
    const { service, work } = bench()
    service.download(id)
    await expect.poll(() => work.length).toBe(1)
    const aborted = vi.fn()
    work[0]!.listeners.signal?.addEventListener('abort', aborted)
    await service.close()
    expect(aborted).toHaveBeenCalledTimes(1)
  })
})
