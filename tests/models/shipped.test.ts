import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { ModelStore } from '../../src/host/models/model-store.ts'
import { entryOf, manifestOf, slimEngine, slimFile } from './support/fake-models.ts'
import { TestStore } from './support/test-store.ts'

const file = slimFile('vgg19')
const manifest = manifestOf(entryOf(file))

/** A network of an installed app: as a store would have written it, in a folder that nobody writes to. */
async function shipped(): Promise<{ store: ModelStore; shippedFile: string; own: TestStore }> {
  const packaged = new TestStore()
  const brought = join(packaged.folder, 'brought.safetensors')
  writeFileSync(brought, file)
  await packaged.open(manifest).import(brought)
  const own = new TestStore()
  const shippedFolder = join(own.folder, 'resources', 'weights')
  mkdirSync(shippedFolder, { recursive: true })
  const shippedFile = join(shippedFolder, 'vgg19.safetensors')
  copyFileSync(join(packaged.folder, 'vgg19.safetensors'), shippedFile)
  const folder = join(own.folder, 'weights')
  return {
    store: new ModelStore({ folder, shippedFolder, manifest, engine: slimEngine() }),
    shippedFile,
    own,
  }
}

describe('networks that came with the app', () => {
  let at: Awaited<ReturnType<typeof shipped>>
  beforeEach(async () => {
    at = await shipped()
  })

  it('are used where the store has none', async () => {
    const [state] = (await at.store.list()).filter(({ network }) => network === 'vgg19')
    expect(state?.stored).toMatchObject({ state: 'ready', path: at.shippedFile })
    expect(await at.store.verify('vgg19')).toMatchObject([{ ok: true, path: at.shippedFile }])
  })

  it('are not downloaded again', async () => {
    const entry = entryOf(file, { urls: ['http://127.0.0.1:9/nobody-listens'] })
    const store = new ModelStore({
      folder: join(at.own.folder, 'weights'),
      shippedFolder: join(at.own.folder, 'resources', 'weights'),
      manifest: manifestOf(entry),
      engine: slimEngine(),
    })
    expect(await store.download('vgg19')).toMatchObject({ fresh: false, path: at.shippedFile })
  })

  it('give way to one of the user’s own, and are back when that is removed', async () => {
    const brought = join(at.own.folder, 'own.safetensors')
    writeFileSync(brought, slimFile('vgg19', 7))
    const { path } = await at.store.import(brought, { allowUnverified: true })
    expect(path).not.toBe(at.shippedFile)
    expect(await at.store.remove('vgg19')).toMatchObject({ removed: [path] })
    expect(await at.store.verify('vgg19')).toMatchObject([{ ok: true, path: at.shippedFile }])
  })

  it('cannot be removed, and the answer says why', async () => {
    await expect(at.store.remove('vgg19')).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('came with Pastiche') as string,
    })
  })
})
