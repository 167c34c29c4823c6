import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signIn } from '../support/sign-in.ts'

const bin = fileURLToPath(new URL('../../bin/pastiche.mjs', import.meta.url))

// `script` of util-linux runs a command in a terminal of its own.
const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0
if (!hasTerminal) process.stderr.write('SKIPPED: pastiche serve at a terminal: there is no "script" here.\n')

describe.runIf(hasTerminal)('pastiche serve at a terminal', () => {
  let home: string
  let terminal: ChildProcess
  let shown = ''
  let exited: Promise<unknown>

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'pastiche-terminal-'))
  })
  afterEach(async () => {
    for (const pid of serverIds()) process.kill(pid, 'SIGKILL')
    terminal.kill('SIGKILL')
    await exited
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  })

  /** @param line of bash, in which SERVE is the command */
  function open(line: string): void {
    shown = ''
    const serve = `"${process.execPath}" "${bin}" serve --port 0`
    const command = `echo; bash -mc '${line.replace('SERVE', serve)}'`
    terminal = spawn('script', ['-qfec', command, '/dev/null'], {
      cwd: home,
      env: { ...process.env, PASTICHE_HOME: home, NO_COLOR: '1', SHELL: '/bin/bash' },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    exited = new Promise((resolve) => terminal.once('close', resolve))
    terminal.stdout!.on('data', (text: Buffer) => (shown += text.toString()))
  }

  const addresses = (): string[] =>
    [...shown.matchAll(/http:\/\/\S+token=[\w-]{43}(?=\s)/g)].map(([url]) => url)

  /** The processes of the command, by its home. */
  function serverIds(): number[] {
    const { stdout } = spawnSync('pgrep', ['-f', `${bin} serve`], { encoding: 'utf8' })
    return stdout
      .trim()
      .split('\n')
      .map(Number)
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(home) && isNode(pid)
        } catch {
          return false
        }
      })
  }
  const isNode = (pid: number): boolean => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('node')
  /** As the kernel calls it: S sleeps, R runs, T is stopped. */
  const stateOf = (pid: number): string =>
    readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0]!

  it('prints another address whenever Enter is pressed, and none otherwise', async () => {
    open('SERVE')
    await expect
      .poll(() => shown, { timeout: 60_000 })
      .toContain('Enter prints another address. Ctrl-C ends it.')
    expect(shown).toContain('within 15 minutes')
    await signIn(addresses()[0]!)
    await expect.poll(() => shown).toContain('A browser has signed in.')
    expect(addresses()).toHaveLength(1)
    for (const count of [2, 3]) {
      terminal.stdin!.write('\n')
      await expect.poll(() => addresses().length).toBe(count)
    }
    // Each of them is good for one more browser.
    await signIn(addresses()[2]!)
    await signIn(addresses()[1]!)
    terminal.stdin!.write('\u0003')
    await exited
    expect(shown).toContain('Stopping')
  })

  it.each([
    ['begins there', 'SERVE & wait'],
    ['is sent there', 'SERVE; bg; wait'],
  ])(
    'is not stopped by what is typed for others where it runs in the background: it %s',
    async (how, line) => {
      open(line)
      await expect.poll(() => shown, { timeout: 60_000 }).toContain('Ctrl-C ends it.')
      const [pid] = serverIds()
      if (how === 'is sent there') {
        terminal.stdin!.write('\u001a')
        await expect.poll(() => shown).toMatch(/serve --port 0 &/)
      } else expect(shown).not.toContain('Enter prints')
      await expect.poll(() => stateOf(pid!)).toMatch(/[SR]/)
      terminal.stdin!.write('\n')
      await new Promise((resolve) => setTimeout(resolve, 500))
      await signIn(addresses()[0]!)
      await expect.poll(() => shown).toContain('A browser has signed in.')
      expect(stateOf(pid!)).toMatch(/[SR]/)
    },
  )
})
