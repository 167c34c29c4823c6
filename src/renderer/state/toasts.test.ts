import { describe, expect, it, vi } from 'vitest'
import { PasticheError } from '../../shared/errors.ts'
import { Toasts } from './toasts.svelte.ts'

describe('toasts', () => {
  it('show an error with what can be done about it', () => {
    const toasts = new Toasts()
    toasts.error(new PasticheError('not-a-picture', 'notes.txt is no picture.'))
    expect(toasts.all[0]).toMatchObject({ level: 'error', message: 'notes.txt is no picture.' })
    expect(toasts.all[0]?.hint).toContain('JPEG')
  })

  it('say nothing of what was cancelled', () => {
    const toasts = new Toasts()
    toasts.error(new PasticheError('cancelled', 'Cancelled.'))
    expect(toasts.all).toEqual([])
  })

  it('say the same thing once, as the latest', () => {
    const toasts = new Toasts()
    for (const message of ['one', 'two', 'one']) toasts.show('info', message)
    expect(toasts.all.map(({ message }) => message)).toEqual(['two', 'one'])
  })

  it('are five at most, and the oldest goes', () => {
    const toasts = new Toasts()
    for (let i = 1; i <= 7; i++) toasts.show('info', `message ${i}`)
    expect(toasts.all.map(({ message }) => message)).toEqual([3, 4, 5, 6, 7].map((i) => `message ${i}`))
  })

  it('go when they are dismissed', () => {
    const toasts = new Toasts()
    toasts.show('info', 'one')
    toasts.dismiss(toasts.all[0]!.id)
    expect(toasts.all).toEqual([])
  })

  it('stay longer the graver they are, and ten seconds at least where something can be undone', () => {
    const toasts = new Toasts()
    toasts.show('info', 'a')
    toasts.show('error', 'b')
    toasts.show('info', 'c', { action: { label: 'Undo', run: vi.fn() } })
    const [info, error, undo] = toasts.all.map((toast) => Toasts.lifeMs(toast))
    expect(error!).toBeGreaterThan(info!)
    expect(undo!).toBeGreaterThanOrEqual(10_000)
  })
})
