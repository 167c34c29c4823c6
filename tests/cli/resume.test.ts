import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventsOf, run, start, testPicture } from './pastiche.ts'

let folder: string
const at = (...names: string[]): string => join(folder, ...names)
const long = ['--style', 'style.png', '--size', '96', '--steps', '40', '--coarsest', '96', '--device', 'cpu']
const tiny = ['--style', 'style.png', '--size', '32', '--steps', '2', '--device', 'cpu']
const stylize = (...args: string[]): ReturnType<typeof run> => run(['stylize', ...args], { cwd: folder })

/** Ends the command as a power cut would, once it shows a text. */
async function killedAt(text: string, ...args: string[]): Promise<void> {
  const running = start(['stylize', ...args], { cwd: folder })
  const early = running.finished.then(({ stderr }) => Promise.reject(new Error(`It ended: ${stderr}`)))
  await Promise.race([running.shows(text), early])
  running.child.kill('SIGKILL')
  await early.catch(() => undefined)
}

const checkpoints = (): string[] => {
  try {
    return readdirSync(at('cache', 'checkpoints')).filter((name) => name.endsWith('.checkpoint'))
  } catch {
    return []
  }
}

/** The engine, whose command was killed, saves the run and leaves. */
async function checkpointSaved(): Promise<void> {
  while (checkpoints().length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pastiche-resume-'))
  await testPicture(96, 64).png().toFile(at('photo.png'))
  await testPicture(40, 40, 1).png().toFile(at('style.png'))
  await run(['--version'], { cwd: folder })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('stylize, after it was killed', () => {
  it('resumes from its saved progress, to the same bytes', async () => {
    await stylize('photo.png', ...long, '-o', 'undisturbed.png')
    expect(checkpoints()).toEqual([])
    await killedAt('"totalStep":20', 'photo.png', ...long, '-o', 'resumed.png', '--json')
    await checkpointSaved()
    const { stdout, code } = await stylize('photo.png', ...long, '-o', 'resumed.png', '--json')
    const steps = eventsOf(stdout).filter(({ event }) => event === 'progress')
    expect(code).toBe(0)
    expect(steps[0]!['totalStep']).toBeGreaterThan(20)
    expect(steps.at(-1)!['totalStep']).toBe(40)
    expect(await readFile(at('resumed.png'))).toEqual(await readFile(at('undisturbed.png')))
    expect(checkpoints()).toEqual([])
  })

  it('ignores saved progress with --restart', async () => {
    await killedAt('"totalStep":20', 'photo.png', ...long, '-o', 'restarted.png', '--json')
    await checkpointSaved()
    const { stdout } = await stylize('photo.png', ...long, '-o', 'restarted.png', '--json', '--restart')
    expect(eventsOf(stdout).find(({ event }) => event === 'progress')!['totalStep']).toBe(1)
  })

  it('starts over if the saved progress is damaged, and says so', async () => {
    await killedAt('"totalStep":20', 'photo.png', ...long, '-o', 'damaged.png', '--json')
    await checkpointSaved()
    const [name] = checkpoints()
    writeFileSync(at('cache', 'checkpoints', name!), 'nonsense')
    const { stdout, code } = await stylize('photo.png', ...long, '-o', 'damaged.png', '--json')
    expect(code).toBe(0)
    expect(eventsOf(stdout)[0]).toMatchObject({ event: 'notice', message: /^The job starts over\./ })
  })
})

describe('a default name, after the command was killed', () => {
  it('is that of the resumed run, or the next free one', async () => {
    mkdirSync(at('default'))
    await testPicture(96, 64).png().toFile(at('default', 'p.png'))
    const one = ['default/p.png', ...long, '--json']
    await killedAt('"totalStep":20', ...one)
    await checkpointSaved()
    await stylize('default/p.png', ...tiny)
    const { stdout } = await stylize(...one)
    const events = eventsOf(stdout)
    expect(events.find(({ event }) => event === 'progress')!['totalStep']).toBeGreaterThan(20)
    expect(events.at(-1)).toMatchObject({ event: 'done', path: at('default', 'p-pastiche-2.png') })
  })
})

describe('a list, after it was killed', () => {
  it('is not painted again where it was painted, and forgets itself at its end', async () => {
    mkdirSync(at('album'))
    for (const name of ['a', 'b', 'c', 'd'])
      await testPicture(48, 32, name.charCodeAt(0))
        .png()
        .toFile(at('album', `${name}.png`))
    writeFileSync(at('album', 'broken.png'), 'no picture')
    const list = ['album', ...tiny, '-o', 'painted', '--json']
    await killedAt('"place":3', ...list)
    const firstMs = statSync(at('painted', 'a-pastiche.png')).mtimeMs
    const { stdout, code } = await stylize(...list)
    const events = eventsOf(stdout)
    expect(events[0]).toMatchObject({
      event: 'notice',
      message: /^Going on with the list: [23] painted before/,
    })
    expect(statSync(at('painted', 'a-pastiche.png')).mtimeMs).toBe(firstMs)
    expect(code).toBe(3)
    expect(readdirSync(at('painted')).sort()).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => `${name}-pastiche.png`),
    )
    // Failed photos are tried again; finished ones are not.
    const again = eventsOf((await stylize(...list)).stdout)
    expect(again.filter(({ event }) => event === 'begin')).toMatchObject([
      { content: at('album', 'broken.png') },
    ])
    rmSync(at('album', 'broken.png'))
    await stylize(...list)
    expect(readdirSync(at('library', 'lists'))).toEqual([])
  })

  it('paints a photo again that has changed meanwhile', async () => {
    mkdirSync(at('changing'))
    for (const name of ['a', 'b'])
      await testPicture(48, 32)
        .png()
        .toFile(at('changing', `${name}.png`))
    writeFileSync(at('changing', 'z.png'), 'no picture')
    const list = ['changing', ...tiny, '-o', 'changed', '--json']
    await stylize(...list)
    await testPicture(48, 32, 9).png().toFile(at('changing', 'a.png'))
    const begun = eventsOf((await stylize(...list)).stdout).filter(({ event }) => event === 'begin')
    expect(begun).toMatchObject([{ content: at('changing', 'a.png') }, { content: at('changing', 'z.png') }])
    expect(readdirSync(at('changed')).sort()).toEqual([
      'a-pastiche-2.png',
      'a-pastiche.png',
      'b-pastiche.png',
    ])
  })
})
