import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../shared/contract/job.ts'
import { PasticheError, type ErrorCode } from '../shared/errors.ts'
import { exitCodesHelp, exitCodeTable } from './exit-codes.ts'
import { exitCodeOf } from './paint-list.ts'

/** One error of each kind, and what a script has been promised for it. */
const promised: readonly (readonly [ErrorCode, number])[] = [
  ['internal', 1],
  ['invalid-request', 2],
  ['not-a-picture', 3],
  ['size-too-small', 3],
  ['disk-full', 4],
  ['out-of-memory', 5],
  ['weights-missing', 6],
  ['download-failed', 6],
  ['engine-lost', 7],
  ['diverged', 7],
  ['cancelled', 130],
]

const failed = (code: ErrorCode): Outcome => ({
  state: 'failed',
  error: new PasticheError(code, '').toData(),
  outputs: [],
})
const done: Outcome = {
  state: 'done',
  outputs: [{ kind: 'picture', path: 'a.png', widthPx: 1, heightPx: 1 }],
  elapsedMs: 1,
}

describe('exit codes', () => {
  it.each(promised)('of %s is %i', (code, expected) => {
    expect(new PasticheError(code, '').exitCode).toBe(expected)
    expect(exitCodeOf([failed(code)])).toBe(expected)
    expect(exitCodeTable.map(([known]) => known)).toContain(expected)
  })

  it('of a list is that of its first failure', () => {
    expect(exitCodeOf([done, failed('not-a-picture'), failed('disk-full'), done])).toBe(3)
    expect(exitCodeOf([done, done])).toBe(0)
  })

  it('are all in the help and in docs/cli.md', () => {
    const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')
    const documented = [...page.matchAll(/^\| (\d+) +\| ([^|]+)\|$/gm)].map(([, code, meaning]) => [
      Number(code),
      meaning!,
    ])
    expect(documented.map(([code]) => code)).toEqual(exitCodeTable.map(([code]) => code))
    for (const [code, meaning] of exitCodeTable) {
      expect(exitCodesHelp).toContain(`  ${String(code).padEnd(3)}  ${meaning}\n`)
      expect(documented.find(([known]) => known === code)![1]).toContain(meaning)
    }
  })
})
