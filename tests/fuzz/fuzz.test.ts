import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { mutate, type Case } from './mutate.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Output of the fuzzer about a planted reader: all of it, or up to its first finding. */
async function fuzz(reader: string, minutes: number): Promise<{ told: string; code: number | null }> {
  const options = ['--minutes', String(minutes), '--seed', '1', '--from', './planted.ts', '--patience', '15']
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'tests/fuzz/index.ts', ...options, '--readers', reader],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let told = ''
  const hear = (text: Buffer): void => {
    told += text.toString()
    if (told.includes('--replay ')) child.kill()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const [code] = (await once(child, 'close')) as [number | null]
  const path = /--replay (.*)/.exec(told)?.[1]
  if (path !== undefined && existsSync(path)) rmSync(path)
  return { told, code }
}

describe('the fuzzer', () => {
  it.each([
    ['throwing', 'TypeError: planted'],
    ['disguising', 'TypeError: planted'],
    ['crashing', 'ended its process (SIGABRT)'],
    ['rejecting', 'ended its process (1)'],
    ['hoarding', /took \d+ MiB/],
    ['hanging', 'did not end within 15 s'],
  ])('finds a reader that is %s', async (reader, finding) => {
    const { told } = await fuzz(reader, 2)
    expect(told).toMatch(finding)
    expect(told).toContain(`${reader}-`)
  })

  it('finds nothing in readers that read or refuse', async () => {
    const { told, code } = await fuzz('reading,refusing', 0.4)
    expect(told).toContain('Nothing was found.')
    expect(code).toBe(0)
  })
})

describe('a changed file', () => {
  const seeds = [Buffer.from('0123456789'), Buffer.from('abcdef')]
  const tokens = [Buffer.from('XY')]
  const change = (...mutations: Case['mutations']): string =>
    mutate(seeds, tokens, { seed: 0, mutations, isMended: false }).toString('latin1')

  it('is one of the seeds with its changes, in their order', () => {
    expect(change({ kind: 'flip', at: 0, bit: 0 })).toBe('1123456789')
    expect(change({ kind: 'set', at: 8, byte: 0x41, count: 9 })).toBe('01234567AA')
    expect(change({ kind: 'cut', at: 3 })).toBe('012')
    expect(change({ kind: 'remove', at: 12, count: 2 })).toBe('01456789')
    expect(change({ kind: 'repeat', at: 1, count: 2, times: 2 })).toBe('01212123456789')
    expect(change({ kind: 'splice', at: 1, seed: 1, from: 4, count: 9 })).toBe('0ef123456789')
    expect(change({ kind: 'token', at: 1, token: 0, over: true })).toBe('0XY3456789')
    expect(change({ kind: 'number', at: 2, bytes: 4, little: false, value: 0x41424344 })).toBe('01ABCD6789')
    expect(change({ kind: 'number', at: 2, bytes: 2, little: true, value: 0x4142 })).toBe('01BA456789')
    expect(change({ kind: 'cut', at: 3 }, { kind: 'token', at: 0, token: 0, over: false })).toBe('XY012')
  })

  it('leaves the seeds as they are', () => {
    change({ kind: 'flip', at: 0, bit: 0 }, { kind: 'set', at: 0, byte: 0, count: 9 })
    expect(seeds[0]!.toString()).toBe('0123456789')
  })

  it('may be empty, and be changed further', () => {
    expect(
      change(
        { kind: 'cut', at: 0 },
        { kind: 'flip', at: 5, bit: 1 },
        { kind: 'set', at: 5, byte: 1, count: 3 },
      ),
    ).toBe('')
  })
})
