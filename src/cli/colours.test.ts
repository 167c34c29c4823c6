import { describe, expect, it } from 'vitest'
import { coloursFor } from './colours.ts'

const isColoured = (isTTY: boolean, environment: Record<string, string>): boolean =>
  coloursFor({ isTTY }, environment).isColorSupported

describe('colours', () => {
  it('are for terminals that can show them', () => {
    expect(isColoured(true, { TERM: 'xterm' })).toBe(true)
    expect(isColoured(true, { TERM: 'dumb' })).toBe(false)
  })

  it('stay out of files and of the logs of a build', () => {
    expect(isColoured(false, {})).toBe(false)
    expect(isColoured(false, { CI: 'true' })).toBe(false)
  })

  it('can be forced, and forbidden above all', () => {
    expect(isColoured(false, { FORCE_COLOR: '1' })).toBe(true)
    expect(isColoured(true, { NO_COLOR: '1' })).toBe(false)
    expect(isColoured(true, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false)
  })
})
