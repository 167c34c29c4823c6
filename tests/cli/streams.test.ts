/* eslint-disable no-control-regex -- what a terminal obeys is what these tests look for */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { fillFolder } from './pastiche.ts'

const bin = fileURLToPath(new URL('../../bin/pastiche.mjs', import.meta.url))
const { path: folder } = temporaryFolder()
const at = (...names: string[]): string => join(folder, ...names)
const env = { ...process.env, PASTICHE_HOME: folder, NO_COLOR: '1' }
const options = ['--style', 'style.png', '--size', '32', '--steps', '6', '--device', 'cpu']
const short = ['stylize', 'photo.png', ...options, '-o', 'out.png']
const long =
  'stylize photo.png --style style.png --size 48 --coarsest 48 --steps 100000 --device cpu -o out.png'

beforeAll(() => fillFolder(folder))
beforeEach(() => rmSync(at('out.png'), { force: true }))

type Stdio = 'pipe' | 'ignore' | number

/** Ends the streams that it is told to end, the first time something comes out of them. */
function leave(args: readonly string[], left: readonly ('stdout' | 'stderr')[], stdout: Stdio = 'pipe') {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', stdout, 'pipe'],
  })
  let stderr = ''
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()))
  for (const name of left) child[name]?.once('data', () => child[name]?.destroy())
  return new Promise<{ code: number | null; stderr: string }>((resolve) =>
    child.once('exit', (code) => setImmediate(() => resolve({ code, stderr }))),
  )
}

describe('a reader that leaves', () => {
  it('misses the rest of the events, not the picture', async () => {
    expect(await leave([...short, '--json'], ['stdout'])).toEqual({ code: 0, stderr: '' })
    expect(existsSync(at('out.png'))).toBe(true)
  })

  it('does not end a list after its first picture', async () => {
    const list = ['stylize', 'album', ...options, '-o', 'painted/']
    expect((await leave(list, ['stdout'])).code).toBe(0)
    for (const name of ['a', 'b']) expect(existsSync(at('painted', `${name}-pastiche.png`))).toBe(true)
  })

  it('of messages ends nothing', async () => {
    expect((await leave(short, ['stderr'])).code).toBe(0)
    expect(existsSync(at('out.png'))).toBe(true)
  })

  it('of both ends nothing', async () => {
    expect((await leave([...short, '--json'], ['stdout', 'stderr'])).code).toBe(0)
    expect(existsSync(at('out.png'))).toBe(true)
  })

  it('does not hide that the job failed', async () => {
    expect((await leave(['stylize', 'missing.png', ...options, '--json'], ['stdout'])).code).toBe(3)
  })
})

describe.runIf(process.platform === 'linux')('streams that cannot be written', () => {
  it('end with 4 and a sentence where the disk is full, with the picture saved', async () => {
    const { code, stderr } = await leave([...short, '--json'], [], openSync('/dev/full', 'w'))
    expect(code).toBe(4)
    expect(stderr).toContain('Error: The standard output could not be written: the disk is full.')
    expect(stderr.match(/could not be written/g)).toHaveLength(1)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(existsSync(at('out.png'))).toBe(true)
  })

  it.each([['presets', 'list'], ['presets', 'list', '--json'], ['--help'], ['completion', 'bash']])(
    'end with 4: %s %s',
    async (...args) => {
      const { code, stderr } = await leave(args, [], openSync('/dev/full', 'w'))
      expect([code, stderr]).toEqual([4, expect.stringContaining('the disk is full')])
    },
  )

  it.each(['>&-', '2>&-', '>&- 2>&-', '<&- >&- 2>&-', '2>/dev/full', '2>/dev/full >/dev/full'])(
    'do not keep a picture from being painted: %s',
    (redirection) => {
      const line = `"$NODE" "$BIN" "$@" ${redirection}`
      const { status } = spawnSync('bash', ['-c', line, 'bash', ...short], {
        cwd: folder,
        env: { ...env, NODE: process.execPath, BIN: bin },
      })
      expect(status).toBe(redirection.endsWith(' >/dev/full') ? 4 : 0)
      expect(existsSync(at('out.png'))).toBe(true)
    },
  )
})

const isWithScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0
if (!isWithScript) process.stderr.write('SKIPPED: what needs a terminal; script of util-linux is not here.\n')

/** Runs a line of a shell in a terminal. */
function inTerminal(line: string, variables: Record<string, string> = {}): ChildProcess {
  const { NO_COLOR: _, ...others } = env
  return spawn('script', ['-qefc', line, '/dev/null'], {
    cwd: folder,
    env: { ...others, TERM: 'xterm', NODE: process.execPath, BIN: bin, ...variables },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
}

async function shownInTerminal(line: string, variables?: Record<string, string>): Promise<string> {
  const child = inTerminal(line, variables)
  let text = ''
  child.stdout!.on('data', (data: Buffer) => (text += data.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  return text
}

const painting = `exec "$NODE" "$BIN" ${short.join(' ')}`

describe.runIf(isWithScript)('in a terminal', () => {
  it('progress is drawn on one line, which is gone at the end, and colours are used', async () => {
    const text = await shownInTerminal(`stty cols 120; ${painting}`)
    expect(text).toMatch(/\r█+░* \d+% · scale 1\/1 32×21 · loss \S+ · step \d+\/6 · /)
    expect(text).toMatch(/\r\u001b\[K\u001b\[32mDone/)
  })

  it.each([10, 30, 60])('of %i columns no line of progress is broken', async (columns) => {
    const text = await shownInTerminal(`stty cols ${columns}; ${painting}`)
    const drawn = [...text.matchAll(/\r([^\r\n\u001b]*)\u001b\[K/g)].map(([, line]) => line!)
    expect(drawn.filter((line) => line.includes('%')).length).toBeGreaterThan(0)
    for (const line of drawn) expect(line.length).toBeLessThan(columns)
  })

  it('of a width that nobody knows, 80 columns are assumed', async () => {
    expect(await shownInTerminal(`stty cols 0; ${painting}`)).toMatch(/\r[█░]* ?\d+% · /)
  })

  it('that is dumb, or where colours are forbidden, there are no codes', async () => {
    const dumb = await shownInTerminal(painting, { TERM: 'dumb' })
    expect(dumb).not.toContain('\u001b')
    expect(dumb).toContain('100% · scale 1/1')
    rmSync(at('out.png'))
    expect(await shownInTerminal(painting, { NO_COLOR: '1' })).not.toMatch(/\u001b\[\d+m/)
  })

  it('that is closed, the job ends in order: its picture so far is saved', async () => {
    const child = inTerminal(`exec "$NODE" "$BIN" ${long}`)
    await new Promise<void>((resolve) => {
      let text = ''
      child.stdout!.on('data', (data: Buffer) => {
        text += data.toString()
        if (/step [1-9]\d*\/100000/.test(text)) resolve()
      })
    })
    child.kill('SIGKILL')
    await expect.poll(() => existsSync(at('out-unfinished.png')), { timeout: 60_000 }).toBe(true)
  })

  it('nohup keeps a job that a closed terminal would end', async () => {
    const child = inTerminal(`echo $$ > pid; exec nohup "$NODE" "$BIN" ${long}`)
    await expect.poll(() => read('nohup.out'), { timeout: 60_000 }).toContain('Painting')
    const pid = Number(read('pid'))
    process.kill(pid, 'SIGHUP')
    process.kill(pid, 'SIGINT')
    await new Promise((resolve) => child.once('close', resolve))
    // The first signal was not heard, so the second was the first, not the one that ends at once.
    expect(read('nohup.out')).toContain('Stopped')
    expect(existsSync(at('out-unfinished.png'))).toBe(true)
  })
})

function read(name: string): string {
  return existsSync(at(name)) ? readFileSync(at(name), 'utf8') : ''
}
