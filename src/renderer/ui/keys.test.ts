import { expect, it } from 'vitest'
import { isMac, keyCaps } from './keys.ts'

it('prints the caps of this computer’s keys', () => {
  expect(keyCaps('Mod+Shift+C', false)).toEqual(['Ctrl', 'Shift', 'C'])
  expect(keyCaps('Mod+Shift+C', true)).toEqual(['⌘', '⇧', 'C'])
  expect(keyCaps('ArrowLeft', false)).toEqual(['←'])
})

it('prints the plus key itself', () => expect(keyCaps('+', false)).toEqual(['+']))

it('knows a Mac by what its browser says', () => {
  expect(isMac('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)')).toBe(true)
  expect(isMac('Mozilla/5.0 (X11; Linux x86_64)')).toBe(false)
})
