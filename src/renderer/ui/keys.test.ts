import { expect, it } from 'vitest'
import { keyCaps } from './keys.ts'

it('a shortcut is told as its keys are labelled on this computer', () => {
  expect(keyCaps('Mod+Shift+C', false)).toEqual(['Ctrl', 'Shift', 'C'])
  expect(keyCaps('Mod+Shift+C', true)).toEqual(['⌘', '⇧', 'C'])
})

it('plus itself can be a key', () => {
  expect(keyCaps('+', false)).toEqual(['+'])
  expect(keyCaps('Mod++', false)).toEqual(['Ctrl', '+'])
})
