import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { publishedNetworkId } from '../../src/shared/contract/models.ts'
import { PasticheError } from '../../src/shared/errors.ts'
import { entryOf, manifestOf, slimEngine, slimFile } from './support/fake-models.ts'
import { assertValid, TestStore } from './support/test-store.ts'

const file = slimFile('vgg19')
const entry = entryOf(file)
const manifest = manifestOf(
  entry,
  entryOf(slimFile('vgg16'), { id: 'other', name: 'VGG16 (test)', network: 'vgg16' }),
)

/** A weights file outside the store, as a user has it. */
function userFile(test: TestStore, bytes: Uint8Array = file): string {
  const path = join(test.folder, 'brought.safetensors')
  writeFileSync(path, bytes)
  return path
}

describe('importing', () => {
  it('puts a published file into the store as verified, and leaves it as it is', async () => {
    const test = new TestStore()
    const path = userFile(test)
    const imported = await test.open(manifest).import(path)
    expect(imported).toMatchObject({
      network: 'vgg19',
      family: 'torchvision',
      origin: 'VGG19 (test)',
      verified: true,
      sourceSha256: entry.sha256,
      path: join(test.folder, 'vgg19.safetensors'),
      bytes: readFileSync(join(test.folder, 'vgg19.safetensors')).length,
    })
    expect(imported.found).toContain('the published VGG19 (test)')
    expect(readFileSync(path)).toEqual(file)
    expect(test.files).toEqual(['brought.safetensors', 'vgg19.safetensors'])
  })

  it('takes a file that is no published one only where that is allowed, and marks it', async () => {
    const test = new TestStore()
    const path = userFile(test, slimFile('vgg19', 7))
    await expect(test.open(manifest).import(path)).rejects.toMatchObject({ code: 'weights-unverified' })
    expect(test.files).toEqual(['brought.safetensors'])
    expect(await test.open(manifest).import(path, { allowUnverified: true })).toMatchObject({
      verified: false,
    })
  })

  it('takes the family from who knows better', async () => {
    const test = new TestStore()
    const options = { allowUnverified: true, family: 'caffe' } as const
    expect(await test.open(manifest).import(userFile(test), options)).toMatchObject({ family: 'caffe' })
  })

  it('of nonsense changes nothing of what is there', async () => {
    const test = new TestStore()
    const store = test.open(manifest)
    await store.import(userFile(test))
    const before = readFileSync(join(test.folder, 'vgg19.safetensors'))
    await expect(store.import(userFile(test, Buffer.from('nonsense')))).rejects.toMatchObject({
      code: 'weights-unsupported',
    })
    expect(readFileSync(join(test.folder, 'vgg19.safetensors'))).toEqual(before)
    expect(test.files).toEqual(['brought.safetensors', 'vgg19.safetensors'])
  })

  it('asks for room on the disk first', async () => {
    const test = new TestStore()
    const store = test.open(manifest, { freeBytes: () => Promise.resolve(1000) })
    await expect(store.import(userFile(test))).rejects.toMatchObject({ code: 'disk-full' })
  })

  it('that is cancelled changes nothing', async () => {
    const test = new TestStore()
    const cancel = new AbortController()
    const slow = slimEngine()
    const engine: typeof slow = {
      call: (method, input, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new PasticheError('cancelled', 'Cancelled.')))
          void slow.call(method, input).then(() => cancel.abort())
        }),
    }
    const store = test.open(manifest, { engine })
    await expect(store.import(userFile(test), { signal: cancel.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(test.files).toEqual(['brought.safetensors'])
  })

  it('puts nothing into the store where the engine dies over it', async () => {
    const test = new TestStore()
    const engine = { call: () => Promise.reject(new PasticheError('engine-lost', 'The engine stopped.')) }
    await expect(test.open(manifest, { engine }).import(userFile(test))).rejects.toMatchObject({
      code: 'engine-lost',
    })
    expect(test.files).toEqual(['brought.safetensors'])
  })
})

describe('the list', () => {
  it('tells what is here, what is not, and how much has arrived', async () => {
    const test = new TestStore()
    const url = 'http://127.0.0.1:9/vgg19.h5'
    const store = test.open(manifestOf({ ...entry, urls: [url] }, ...manifest.models.slice(1)))
    test.putPart(Buffer.alloc(1000))
    const [vgg16, vgg19] = await store.list()
    expect(vgg16).toMatchObject({ network: 'vgg16', stored: null, downloads: [] })
    expect(vgg19).toMatchObject({ network: 'vgg19', stored: null, downloads: [{ arrivedBytes: 1000 }] })
    await store.import(userFile(test))
    expect((await store.list())[1]).toMatchObject({
      stored: { state: 'ready', facts: { origin: 'VGG19 (test)', verified: true } },
    })
  })

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['empty', () => Buffer.alloc(0)],
    ['of zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
    ['of something else', () => file],
    [
      'with a header of a terabyte',
      (bytes: Buffer) => Buffer.concat([Buffer.from('0000000000010000', 'hex'), bytes]),
    ],
  ])('calls a file that is %s damaged', async (_, damage) => {
    const test = new TestStore()
    const store = test.open(manifest)
    const { path } = await store.import(userFile(test))
    writeFileSync(path, damage(readFileSync(path)))
    expect((await store.list())[1]).toMatchObject({ stored: { state: 'damaged', path } })
  })

  it('calls a file of another network damaged', async () => {
    const test = new TestStore()
    const store = test.open(manifest)
    const { path } = await store.import(userFile(test))
    writeFileSync(join(test.folder, 'vgg16.safetensors'), readFileSync(path))
    expect((await store.list())[0]).toMatchObject({ stored: { state: 'damaged' } })
  })
})

describe('verifying', () => {
  it('finds a whole network whole', async () => {
    const test = new TestStore()
    const store = test.open(manifest)
    await store.import(userFile(test))
    expect(await store.verify()).toMatchObject([{ ok: true, network: 'vgg19', origin: 'VGG19 (test)' }])
    expect(await store.verify('vgg19-test')).toHaveLength(1)
  })

  it('finds a byte that changed', async () => {
    const test = new TestStore()
    const store = test.open(manifest)
    await store.import(userFile(test))
    test.corrupt('vgg19.safetensors')
    expect(await store.verify('vgg19')).toMatchObject([
      { ok: false, network: 'vgg19', error: { code: 'weights-damaged' } },
    ])
  })

  it('says what to do about one that is not there', async () => {
    const test = new TestStore()
    expect(await test.open(manifest).verify()).toEqual([])
    await expect(test.open(manifest).verify('vgg19')).rejects.toMatchObject({
      code: 'weights-missing',
      hint: 'Run "pastiche models download vgg19".',
    })
  })

  it('does not call a network damaged because the engine was lost', async () => {
    const test = new TestStore()
    await test.open(manifest).import(userFile(test))
    const engine = { call: () => Promise.reject(new PasticheError('engine-lost', 'The engine stopped.')) }
    await expect(test.open(manifest, { engine }).verify()).rejects.toMatchObject({ code: 'engine-lost' })
  })
})

describe('removing', () => {
  it('takes the network and what has arrived of it', async () => {
    const test = new TestStore()
    const store = test.open(manifestOf({ ...entry, urls: ['http://127.0.0.1:9/a'] }))
    const { path } = await store.import(userFile(test), {})
    test.putPart(Buffer.alloc(10))
    // A part of a network that is here is cleaned up anyway; one of another model of it is not.
    expect(await store.remove('vgg19')).toEqual({ network: 'vgg19', removed: [path] })
    expect(test.files).toEqual(['brought.safetensors'])
  })

  it('takes the parts of a download where there is no more', async () => {
    const test = new TestStore()
    const store = test.open(manifestOf({ ...entry, urls: ['http://127.0.0.1:9/a'] }))
    test.putPart(Buffer.alloc(10))
    const { removed } = await store.remove('vgg19')
    expect(removed).toEqual([join(test.folder, 'downloads', 'vgg19-test.part')])
    expect(test.files).toEqual([])
  })

  it('of what is not there removes nothing', async () => {
    const test = new TestStore()
    expect(await test.open(manifest).remove('vgg16')).toEqual({ network: 'vgg16', removed: [] })
  })

  it('of a model does not take a network that came from another file', async () => {
    const test = new TestStore()
    const store = test.open(manifest)
    await store.import(userFile(test, slimFile('vgg19', 7)), { allowUnverified: true })
    await expect(store.remove('vgg19-test')).rejects.toMatchObject({ code: 'weights-missing' })
    expect(existsSync(store.path('vgg19'))).toBe(true)
  })
})

describe('an id', () => {
  it('is that of a network or of a model', () => {
    const store = new TestStore().open(manifest)
    for (const network of publishedNetworkId.options) expect(store.path(network)).toContain(network)
    expect(store.path('other')).toBe(store.path('vgg16'))
  })

  it('that nobody knows is told with those that are', () => {
    expect(() => new TestStore().open(manifest).path('resnet')).toThrow(
      'There is no model "resnet". Choose one of vgg16, vgg19.',
    )
  })

  it('of a model for import only cannot be downloaded', async () => {
    await expect(new TestStore().open(manifest).download('vgg19')).rejects.toMatchObject({
      code: 'unknown-model',
      hint: 'Get the file yourself and run "pastiche models import FILE".',
    })
  })
})

describe('two at once', () => {
  it('in one process take turns, and the second finds what the first got', async () => {
    const test = new TestStore()
    const path = userFile(test)
    const busy = { running: 0, most: 0 }
    const slim = slimEngine()
    const engine: typeof slim = {
      async call(method, input) {
        busy.most = Math.max(busy.most, ++busy.running)
        await delay(20)
        busy.running -= 1
        return slim.call(method, input)
      },
    }
    const notices: string[] = []
    const all = [1, 2, 3].map(() =>
      test.open(manifest, { engine }).import(path, { onNotice: (message) => notices.push(message) }),
    )
    await Promise.all(all)
    expect(busy.most).toBe(1)
    expect(notices).toHaveLength(2)
    expect(notices[0]).toBe(`Waiting: another Pastiche (process ${process.pid}) is importing weights.`)
    expect(await assertValid(test.folder)).toEqual(['vgg19'])
  })

  it('fail clearly where the other takes too long', async () => {
    const test = new TestStore()
    const hold = { call: () => new Promise<never>(() => undefined) }
    void test.open(manifest, { engine: hold }).import(userFile(test))
    await delay(20)
    const store = test.open(manifest, { timings: { waitTimeoutMs: 50 } })
    await expect(store.import(userFile(test))).rejects.toMatchObject({
      code: 'store-busy',
      message: expect.stringContaining('is importing weights') as string,
    })
  })
})

describe('a process whose store was taken over', () => {
  it('changes nothing any more', async () => {
    const test = new TestStore()
    const slim = slimEngine()
    const engine: typeof slim = {
      async call(method, input) {
        const answer = await slim.call(method, input)
        rmSync(join(test.folder, 'store.lock'))
        writeFileSync(join(test.folder, 'store.lock'), '{"pid":1,"purpose":"importing weights"}')
        return answer
      },
    }
    await expect(test.open(manifest, { engine }).import(userFile(test))).rejects.toMatchObject({
      code: 'store-busy',
    })
    expect(await assertValid(test.folder)).toEqual([])
  })
})

describe('what a killed process left behind', () => {
  it('is gone after the next change; resumable parts of a download are kept', async () => {
    const test = new TestStore()
    const url = 'http://127.0.0.1:9/a'
    const store = test.open(
      manifestOf(entry, { ...entry, id: 'another', name: 'Another', urls: [url], recommended: false }),
    )
    for (const name of [
      'staging/old/vgg19.safetensors.123',
      'downloads/another.part',
      'downloads/unknown.part',
      'store.lock.takeover',
    ]) {
      mkdirSync(join(test.folder, name, '..'), { recursive: true })
      writeFileSync(join(test.folder, name), 'left')
    }
    await store.import(userFile(test))
    expect(test.files).toEqual(['brought.safetensors', 'downloads/another.part', 'vgg19.safetensors'])
  })
})
