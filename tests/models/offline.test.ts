import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import dns from 'node:dns'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { appPaths } from '../../src/host/app-paths.ts'
import { openModelStore } from '../../src/host/models/open-model-store.ts'
import { entryOf, manifestOf, slimEngine, slimFile } from './support/fake-models.ts'
import { MisbehavingServer, serve } from './support/misbehaving-server.ts'
import { TestStore } from './support/test-store.ts'

const file = slimFile('vgg19')
let server: MisbehavingServer
/** Sockets that this process opened to anyone. */
let sockets: number
const count = (): void => void (sockets += 1)

beforeEach(async () => {
  server = await MisbehavingServer.start(serve(file))
  sockets = 0
  subscribe('net.client.socket', count)
  vi.spyOn(dns, 'lookup')
})

afterEach(async () => {
  unsubscribe('net.client.socket', count)
  vi.restoreAllMocks()
  await server.stop()
})

function expectSilence(): void {
  expect(sockets).toBe(0)
  expect(dns.lookup).not.toHaveBeenCalled()
  expect(server.connections).toBe(0)
}

describe('offline', () => {
  it('opens no connection and looks up no name, whatever is asked of the store', async () => {
    const test = new TestStore()
    const entry = entryOf(file, { urls: [`${server.origin}/a`, 'https://localhost/b'] })
    const store = test.open(manifestOf(entry), { offline: true, env: { HTTPS_PROXY: server.origin } })
    await expect(store.download('vgg19')).rejects.toMatchObject({
      code: 'offline',
      message: 'Cannot download VGG19 (test): Pastiche is set to offline.',
    })
    const path = join(test.folder, 'brought.safetensors')
    writeFileSync(path, file)
    await store.import(path)
    await store.verify()
    await store.list()
    expect((await store.download('vgg19')).fresh).toBe(false)
    await store.remove('vgg19')
    expectSilence()
  })

  it('is noticed by this test where it does not hold', async () => {
    const store = new TestStore().open(
      manifestOf(entryOf(file, { urls: [`${server.origin.replace('127.0.0.1', 'localhost')}/a`] })),
    )
    await store.download('vgg19')
    expect(sockets).toBeGreaterThan(0)
    expect(dns.lookup).toHaveBeenCalled()
    expect(server.connections).toBeGreaterThan(0)
  })

  it.each([
    ['the variable PASTICHE_OFFLINE', { PASTICHE_OFFLINE: '1' }, null],
    ['the setting', {}, '{"schema":1,"offline":true}'],
    ['the setting in a file that is broken', {}, '{"schema":1,"offline":true,'],
  ])('is switched on by %s', async (_, env, settings) => {
    const home = new TestStore().folder
    const paths = { ...appPaths(), weights: join(home, 'weights'), settingsFile: join(home, 'settings.json') }
    mkdirSync(home, { recursive: true })
    if (settings !== null) writeFileSync(paths.settingsFile, settings)
    const variables = { ...env, PASTICHE_MODELS_URL: server.origin }
    const store = await openModelStore({ paths, engine: slimEngine(), env: variables })
    expect(store.offline).toBe(true)
    await expect(store.download('vgg16')).rejects.toMatchObject({ code: 'offline' })
    expectSilence()
  })

  it('is off otherwise', async () => {
    const home = new TestStore().folder
    const paths = { ...appPaths(), weights: home, settingsFile: join(home, 'settings.json') }
    const store = await openModelStore({ paths, engine: slimEngine(), env: { PASTICHE_OFFLINE: '0' } })
    expect(store.offline).toBe(false)
  })
})
