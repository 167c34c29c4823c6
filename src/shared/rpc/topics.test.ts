import { expect, it, vi } from 'vitest'
import { Topics } from './topics.ts'

interface Weather {
  readonly rain: { readonly mm: number }
  readonly sun: null
}

it('tells an event to those who listen to its kind', () => {
  const topics = new Topics<Weather>()
  const [rain, sun] = [vi.fn(), vi.fn()]
  topics.on('rain', rain)
  topics.on('sun', sun)
  topics.emit('rain', { mm: 3 })
  expect([rain.mock.calls, sun.mock.calls]).toEqual([[[{ mm: 3 }]], []])
})

it('counts its listeners, and forgets them one by one or all at once', () => {
  const topics = new Topics<Weather>()
  const heard = vi.fn()
  const off = topics.on('rain', heard)
  topics.on('rain', heard)
  topics.on('sun', heard)
  expect(topics.count).toBe(3)
  off()
  expect(topics.count).toBe(2)
  topics.clear()
  topics.emit('sun', null)
  expect([topics.count, heard.mock.calls]).toEqual([0, []])
})

it('takes names of every object for names of events', () => {
  const topics = new Topics<Record<string, number>>()
  topics.emit('__proto__', 1)
  topics.emit('toString', 1)
  expect(topics.count).toBe(0)
})
