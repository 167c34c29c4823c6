import { describe, expect, it } from 'vitest'
import { readExitCode } from './exit-code.ts'

describe('the exit code of a utility process', () => {
  it.each([
    [0, { code: 0, signal: null }],
    [1, { code: 1, signal: null }],
    [2, { code: 2, signal: null }],
    [9, { code: null, signal: 'SIGKILL' }],
    [15, { code: null, signal: 'SIGTERM' }],
    [5, { code: null, signal: 'SIGTRAP' }],
    [133, { code: null, signal: 'SIGTRAP' }],
    [139, { code: null, signal: 'SIGSEGV' }],
    [134, { code: null, signal: 'SIGABRT' }],
  ])('%i is read as the status of waitpid', (code, expected) => {
    expect(readExitCode(code, 'linux')).toEqual(expected)
  })

  it('is left as it is on Windows', () => {
    expect(readExitCode(9, 'win32')).toEqual({ code: 9, signal: null })
    expect(readExitCode(0xc0000005, 'win32')).toEqual({ code: 0xc0000005, signal: null })
  })

  it('gives way to the signal that was sent, unless the process left in order', () => {
    expect(readExitCode(1, 'win32', 'SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
    expect(readExitCode(0, 'linux', 'SIGTERM')).toEqual({ code: 0, signal: null })
  })
})
