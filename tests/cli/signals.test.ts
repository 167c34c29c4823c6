import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { eventsOf, fillFolder, start } from './pastiche.ts'

const bin = fileURLToPath(new URL('../../bin/pastiche.mjs', import.meta.url))
const { path: folder } = temporaryFolder()
const at = (...names: string[]): string => join(folder, ...names)
const long = [
  '--style',
  'style.png',
  '--size',
  '48',
  '--coarsest',
  '48',
  '--steps',
  '100000',
  '--device',
  'cpu',
]

beforeAll(() => fillFolder(folder))

const codes = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

describe('a signal that asks to end', () => {
  it.each(codes)('%s saves the picture so far, and the exit code is %i', async (signal, expected) => {
    const unfinished = at(`${signal}-unfinished.png`)
    const running = start(['stylize', 'photo.png', ...long, '--json', '-o', `${signal}.png`], { cwd: folder })
    await running.shows('"step":3')
    running.child.kill(signal)
    const { code, stdout } = await running.finished
    expect(code).toBe(expected)
    expect(eventsOf(stdout).at(-1)).toMatchObject({ event: 'stopped', path: unfinished })
    expect(existsSync(unfinished)).toBe(true)
  })

  it.each(codes)('%s ends a list too: what is left is not begun', async (signal, expected) => {
    const running = start(['stylize', 'album', ...long, '--json', '-o', `${signal}/`], { cwd: folder })
    await running.shows('"step":3')
    running.child.kill(signal)
    const { code, stdout } = await running.finished
    expect(code).toBe(expected)
    expect(eventsOf(stdout).filter(({ event }) => event === 'begin')).toHaveLength(1)
    expect(readdirSync(at(signal))).toHaveLength(1)
  })

  it('ends at once where it comes a second time, whichever it is', async () => {
    const running = start(['stylize', 'photo.png', ...long, '-o', 'twice.png', '--size', '96'], {
      cwd: folder,
    })
    await running.shows('Painting')
    running.child.kill('SIGTERM')
    await running.shows('again to end at once')
    running.child.kill('SIGINT')
    const { code, stderr } = await running.finished
    expect([code, stderr]).toEqual([143, expect.not.stringMatching(/\n\s+at /)])
  })

  it('ends at once where it comes a second time before anything is painted', async () => {
    const running = start(['stylize', 'photo.png', ...long, '-o', 'early.png'], { cwd: folder })
    // The engine starts; no job is there yet.
    await new Promise((resolve) => setTimeout(resolve, 300))
    for (let sent = 0; sent < 200 && running.child.exitCode === null; sent++) {
      running.child.kill('SIGINT')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const { code, stderr } = await running.finished
    expect(stderr).not.toMatch(/\n\s+at /)
    // Before it listens to signals, the system ends it, as a shell tells with the same number.
    expect([130, null]).toContain(code)
  })

  it.each(codes)('%s ends the studio in order, with 0', async (signal) => {
    const studio = start(['serve', '--port', '0'], { cwd: folder })
    await studio.shows('Ctrl-C')
    studio.child.kill(signal)
    expect((await studio.finished).code).toBe(0)
  })
})

describe.runIf(process.platform === 'linux')('Ctrl-Z', () => {
  const stateOf = (pid: number): string =>
    readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0]!
  const engineOf = (pid: number): number =>
    Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
  const pauseMs = 3000

  it.each(['the command alone', 'every process, as a terminal does'])(
    'stops %s, and not its clock',
    async (whom) => {
      const output = at(`${whom.length}.png`)
      const child = spawn(process.execPath, [bin, 'stylize', 'photo.png', ...long, '--json', '-o', output], {
        cwd: folder,
        env: { ...process.env, PASTICHE_HOME: folder },
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      })
      const startedMs = performance.now()
      let stdout = ''
      child.stdout.on('data', (text: Buffer) => (stdout += text.toString()))
      await expect.poll(() => stdout, { timeout: 60_000 }).toContain('"step":3')
      const pid = child.pid!
      const engine = engineOf(pid)
      const send = (signal: NodeJS.Signals): boolean =>
        process.kill(whom.startsWith('every') ? -pid : pid, signal)
      send('SIGTSTP')
      await expect.poll(() => stateOf(pid), { timeout: 20_000 }).toBe('T')
      // The engine ends the step in hand first.
      if (whom.startsWith('every')) await expect.poll(() => stateOf(engine), { timeout: 20_000 }).toBe('T')
      const before = stdout.length
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
      expect(stdout.length).toBe(before)
      send('SIGCONT')
      await expect.poll(() => stdout.length, { timeout: 60_000 }).toBeGreaterThan(before)
      const wholeMs = performance.now() - startedMs
      child.kill('SIGINT')
      expect(await new Promise((resolve) => child.once('close', resolve))).toBe(130)
      const progress = eventsOf(stdout).filter(({ event }) => event === 'progress')
      // Time before the pause and after it; the pause itself is longer than any imprecision here.
      expect(progress.find(({ elapsedMs }) => (elapsedMs as number) > wholeMs - pauseMs / 2)).toBeUndefined()
    },
  )
})
