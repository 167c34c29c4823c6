import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Remembered } from './remembered.svelte.ts'

afterEach(() => vi.unstubAllGlobals())

describe('a remembered choice', () => {
  const kept = new Map<string, string>()
  beforeEach(() => {
    kept.clear()
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    })
  })

  it('is what was chosen the last time', () => {
    new Remembered('drawer', 'closed').value = 'open' as 'closed'
    expect(new Remembered('drawer', 'closed').value).toBe('open')
  })

  it('is the fallback at first', () => expect(new Remembered('drawer', 'closed').value).toBe('closed'))
})

it('holds for the window where nothing may be kept', () => {
  vi.stubGlobal('localStorage', {
    getItem: () => {
      throw new Error('denied')
    },
    setItem: () => {
      throw new Error('denied')
    },
  })
  const choice = new Remembered<'a' | 'b'>('x', 'a')
  choice.value = 'b'
  expect(choice.value).toBe('b')
})
