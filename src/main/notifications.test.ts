import { EventEmitter } from 'node:events'
import type { BrowserWindow } from 'electron'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { StudioJob, StudioSettings } from '../shared/contract/studio.ts'
import { Notifications } from './notifications.ts'

const shown = vi.hoisted((): { title: string; body: string; emit: (name: string) => boolean }[] => [])

vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events')
  class Notification extends Emitter {
    readonly title: string
    readonly body: string

    constructor({ title, body }: { title: string; body: string }) {
      super()
      this.title = title
      this.body = body
    }

    static isSupported(): boolean {
      return true
    }

    show(): void {
      shown.push(this)
    }
  }
  return { Notification, app: {}, BrowserWindow: Object, nativeTheme: {}, screen: {} }
})

class FakeWindow extends EventEmitter {
  focused = false
  readonly focus = vi.fn()
  readonly show = vi.fn()
  readonly isFocused = (): boolean => this.focused
  readonly isDestroyed = (): boolean => false
  readonly isMinimized = (): boolean => false
}

const job = (status: object): StudioJob => ({ id: 'a', name: 'Harbour', status }) as unknown as StudioJob

describe('notifications', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    shown.length = 0
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function endAfter(durationMs: number, { notify = true, focused = false, status = {} } = {}): FakeWindow {
    const window = new FakeWindow()
    window.focused = focused
    const settings = { notify } as StudioSettings
    const notifications = new Notifications(window as unknown as BrowserWindow, { settings })
    notifications.update([job({ state: 'running', progress: null, device: null })])
    vi.advanceTimersByTime(durationMs)
    notifications.update([job({ state: 'done', resultId: 'x', ...status })])
    return window
  }

  it('tell of a long job that is done, and bring the window to the front when clicked', () => {
    const window = endAfter(60_000)
    expect(shown.map(({ title, body }) => [title, body])).toEqual([['Your picture is ready', 'Harbour']])
    shown[0]!.emit('click')
    expect(window.focus).toHaveBeenCalledOnce()
  })

  it('tell why a long job failed', () => {
    endAfter(60_000, { status: { state: 'failed', error: { message: 'The disk is full.' } } })
    expect(shown[0]!.body).toBe('Harbour: The disk is full.')
  })

  it.each([
    ['after a short job', 20_000, {}],
    ['while the window is in front', 60_000, { focused: true }],
    ['where the user does not want them', 60_000, { notify: false }],
  ])('are not shown %s', (_when, durationMs, options) => {
    endAfter(durationMs, options)
    expect(shown).toEqual([])
  })
})
