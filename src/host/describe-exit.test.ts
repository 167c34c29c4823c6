import { describe, expect, it } from 'vitest'
import { describeExit } from './describe-exit.ts'
import type { ExitReport } from './worker-process.ts'

const report = (exit: Partial<ExitReport>): ExitReport => ({
  code: null,
  signal: null,
  spawnError: null,
  lastLines: [],
  ...exit,
})

describe('describeExit', () => {
  it.each([
    [{ signal: 'SIGKILL' }, '(killed by SIGKILL). The system may have run out of memory.'],
    [{ signal: 'SIGTERM' }, '(killed by SIGTERM).'],
    [{ signal: 'SIGSEGV' }, '(killed by SIGSEGV). It accessed invalid memory.'],
    [{ signal: 'SIGTRAP' }, '(killed by SIGTRAP). It aborted, most likely because memory ran out.'],
    [{ code: 3 }, '(exit code 3).'],
    [{ code: 137 }, '(exit code 137). The system may have run out of memory.'],
    [{ code: 134 }, '(exit code 134). It aborted, most likely because memory ran out.'],
    [{ code: 0xc0000005 }, '(exit code 0xc0000005). It accessed invalid memory.'],
    [{ code: -1073741819 }, '(exit code 0xc0000005). It accessed invalid memory.'],
    [{ spawnError: 'spawn EAGAIN' }, '(spawn EAGAIN).'],
    [{}, '(for an unknown reason).'],
  ])('tells %j in plain words', (exit, message) => {
    expect(describeExit(report(exit), 'in the middle of the job')).toBe(
      `The engine stopped in the middle of the job ${message}`,
    )
  })

  it('quotes nothing of a process that was killed from outside', () => {
    const message = describeExit(
      report({ signal: 'SIGKILL', lastLines: ['error: no display'] }),
      'before it answered',
    )
    expect(message).not.toContain('display')
  })

  it('quotes the line that looks most like the reason, not the last one', () => {
    const lastLines = [
      'error: no display',
      "terminate called after throwing 'std::bad_alloc'",
      '    at error (x.js:1)',
      'Node.js v20',
    ]
    expect(describeExit(report({ code: 1, lastLines }), 'while it was starting')).toBe(
      'The engine stopped while it was starting (exit code 1). Its last words: "terminate called after throwing \'std::bad_alloc\'"',
    )
  })

  it('quotes the last line where none looks like a reason, cut short', () => {
    const message = describeExit(
      report({ code: 1, lastLines: ['a', 'b'.repeat(9999)] }),
      'before it answered',
    )
    expect(message).toMatch(/Its last words: "b{300}"$/)
  })
})
