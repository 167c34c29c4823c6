import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { studioContract } from '../../shared/contract/studio.ts'
import { PasticheError } from '../../shared/errors.ts'
import { createMemoryPair } from '../../shared/rpc/memory-pair.ts'
import { serve } from '../../shared/rpc/server.ts'
import type { Transport } from '../../shared/rpc/transport.ts'
import { Connection } from './connection.svelte.ts'

const opened = {
  appVersion: '1.0.0',
  shell: { kind: 'browser', platform: 'linux', hasDialogs: false },
  settings: { offline: false, theme: 'system', threads: 0, notify: true },
  offlineByEnvironment: false,
  folders: { library: '', weights: '', presets: '' },
  draft: { content: null, styles: [], initPicture: null, preset: null, own: {}, device: 'auto' },
  jobs: [],
  presets: [],
  models: [],
  samples: [],
  notices: [],
}

/** A host that can be taken away and comes back. */
class FakeHost {
  isThere = true
  /** True if it is there, and has forgotten this page's browser. */
  isSignedOut = false
  lines = 0
  far: Transport | null = null

  connect(): Transport {
    this.lines += 1
    const [near, far] = createMemoryPair()
    if (!this.isThere) {
      far.close()
      return near
    }
    const handlers = { open: () => Promise.resolve(opened) }
    const server = serve(studioContract, far, handlers as never)
    this.far = far
    this.emit = (theme) => server.emit('settings', { ...opened.settings, theme } as never)
    return near
  }

  emit: (theme: string) => void = () => undefined
}

let host: FakeHost
let onOpen: ReturnType<typeof vi.fn<(data: { appVersion: string }) => void>>
let connection: Connection
beforeEach(() => {
  vi.useFakeTimers()
  host = new FakeHost()
  onOpen = vi.fn()
  const way = { connect: () => host.connect(), isSignedOut: () => Promise.resolve(host.isSignedOut) }
  connection = new Connection(way, onOpen)
})
afterEach(() => vi.useRealTimers())

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

describe('a connection', () => {
  it('is open once the host has told everything', async () => {
    expect(connection.state).toBe('connecting')
    void connection.open()
    await pass(1)
    expect(connection.state).toBe('open')
    expect(onOpen).toHaveBeenCalledOnce()
    expect(onOpen.mock.calls[0]![0].appVersion).toBe('1.0.0')
  })

  it('refuses calls while there is no line', async () => {
    await expect(connection.call('recent', {})).rejects.toThrow(PasticheError)
  })

  it('reconnects by itself when the line is lost, and loads everything again', async () => {
    void connection.open()
    await pass(1)
    host.far?.close()
    await pass(1)
    expect(connection.state).toBe('lost')
    await pass(300)
    expect(connection.state).toBe('open')
    expect(onOpen).toHaveBeenCalledTimes(2)
  })

  it('receives events over the new line', async () => {
    const heard: string[] = []
    connection.on('settings', ({ theme }) => heard.push(theme))
    void connection.open()
    await pass(1)
    host.emit('light')
    await pass(1)
    host.far?.close()
    await pass(400)
    host.emit('dark')
    await pass(1)
    expect(heard).toEqual(['light', 'dark'])
  })

  it('asks less and less often while nobody answers, and at least every five seconds', async () => {
    host.isThere = false
    void connection.open()
    await pass(10_000)
    const early = host.lines
    expect(early).toBeLessThanOrEqual(7)
    await pass(20_000)
    expect(host.lines - early).toBe(4)
    host.isThere = true
    await pass(5000)
    expect(connection.state).toBe('open')
  })

  it('tells a host that lets it in no more from one that does not answer, until it is let in again', async () => {
    const states: string[] = []
    const watch = async (ms: number): Promise<void> => {
      await pass(ms)
      if (states.at(-1) !== connection.state) states.push(connection.state)
    }
    void connection.open()
    await watch(1)
    host.isThere = false
    host.far?.close()
    await watch(1)
    host.isSignedOut = true
    // Through several tries, each of which is lost again.
    for (let i = 0; i < 200; i++) await watch(100)
    expect(states).toEqual(['open', 'lost', 'signed-out'])
    host.isSignedOut = false
    await watch(5000)
    expect(states.at(-1)).toBe('lost')
    host.isThere = true
    await watch(5000)
    expect(states.at(-1)).toBe('open')
  })
})
