import { describe, expect, it } from 'vitest'
import { saveOptions } from '../../../shared/contract/recipe.ts'
import { asked, readChoice } from './save-choice.ts'

const plain = saveOptions.parse({})

describe('how a result is saved', () => {
  it('is remembered', () => {
    const choice = { ...plain, format: 'jpeg', quality: 80 } as const
    expect(readChoice(JSON.stringify(choice))).toEqual(choice)
  })

  it.each(['', '{', '{"format":"bmp"}', 'null'])('falls back to the defaults for %j', (text) => {
    expect(readChoice(text)).toEqual(plain)
  })

  it('asks for 16 bits only where the format has them', () => {
    expect(asked({ ...plain, format: 'jpeg', bitDepth: 16 }).bitDepth).toBe(8)
    expect(asked({ ...plain, format: 'tiff', bitDepth: 16 }).bitDepth).toBe(16)
  })

  it('never gives the place away with metadata switched off', () => {
    expect(asked({ ...plain, keepMetadata: false, keepGps: true }).keepGps).toBe(false)
  })
})
