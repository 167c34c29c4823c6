import { spawn } from 'node:child_process'
import {
  createReadStream,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventsOf, run, testPicture } from './pastiche.ts'

const isWindows = process.platform === 'win32'
const bin = fileURLToPath(new URL('../../bin/pastiche.mjs', import.meta.url))
let folder: string
const at = (...names: string[]): string => join(folder, ...names)
const style = ['--style', 'style.png']
const tiny = ['--size', '32', '--steps', '2', '--device', 'cpu']
const stylize = (...args: string[]): ReturnType<typeof run> => run(['stylize', ...args], { cwd: folder })
const filesIn = (name: string): string[] => readdirSync(at(name)).sort()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pastiche outputs '))
  await testPicture(48, 32).png().toFile(at('photo.png'))
  await testPicture(40, 40, 1).png().toFile(at('style.png'))
  await testPicture(800, 20, 2).png().toFile(at('narrow.png'))
  await run(['--version'], { cwd: folder })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function photosIn(name: string, ...files: string[]): Promise<void> {
  mkdirSync(at(name), { recursive: true })
  for (const [phase, file] of files.entries()) {
    const picture = testPicture(48, 32, phase)
    await (file.endsWith('.png') ? picture.png() : picture.jpeg()).toFile(at(name, file))
  }
}

describe('a default name', () => {
  it('is never that of a file that is there, also for two commands at once', async () => {
    await photosIn('one', 'p.png')
    const results = await Promise.all([1, 2, 3].map(() => stylize('one/p.png', ...style, ...tiny)))
    expect(results.map(({ stdout }) => stdout.trim()).sort()).toEqual(
      ['p-pastiche-2.png', 'p-pastiche-3.png', 'p-pastiche.png'].map((name) => at('one', name)),
    )
    const again = await stylize('one/p.png', ...style, ...tiny)
    expect(again.stderr).toContain('p-pastiche.png exists already: saved as p-pastiche-4.png.')
    expect(filesIn('one')).toHaveLength(5)
  })

  it('is short enough for the file system', async () => {
    await photosIn('long', `${'x'.repeat(239)}.png`)
    const { code } = await stylize(`long/${'x'.repeat(239)}.png`, ...style, ...tiny)
    expect(code).toBe(0)
    expect(filesIn('long')).toContainEqual(expect.stringMatching(/^x+-pastiche\.png$/))
  })
})

describe('a file named with -o', () => {
  it('stays where it exists, before any work, unless --overwrite is given', async () => {
    writeFileSync(at('mine.png'), 'of the user')
    const refused = await stylize('photo.png', ...style, ...tiny, '-o', 'mine.png')
    expect([refused.code, refused.stdout]).toEqual([4, ''])
    expect(refused.stderr).toContain('--overwrite')
    expect(readFileSync(at('mine.png'), 'utf8')).toBe('of the user')
    expect((await stylize('photo.png', ...style, ...tiny, '-o', 'mine.png', '--dry-run')).code).toBe(4)
    expect((await stylize('photo.png', ...style, ...tiny, '-o', 'mine.png', '--overwrite')).code).toBe(0)
    expect((await sharp(at('mine.png')).metadata()).format).toBe('png')
  })
})

describe('pictures of one list', () => {
  it('with the same name are all kept, and what is not painted is told with the reason', async () => {
    await photosIn('left', 'a.jpg', 'a.png', 'A.jpeg')
    await photosIn('right', 'a.jpg')
    writeFileSync(at('left', 'notes.txt'), 'words')
    if (!isWindows) {
      linkSync(at('left', 'a.jpg'), at('left', 'hard.jpg'))
      symlinkSync('.', at('left', 'loop'))
    }
    const { code, stdout, stderr } = await stylize('left', 'right/a.jpg', ...style, ...tiny, '-o', 'both')
    expect(code).toBe(0)
    expect(new Set(stdout.trim().split('\n')).size).toBe(4)
    expect(
      filesIn('both')
        .map((name) => name.toLowerCase())
        .sort(),
    ).toEqual(['a-pastiche-2.png', 'a-pastiche-3.png', 'a-pastiche-4.png', 'a-pastiche.png'])
    expect(stderr).toContain('notes.txt: ')
    if (!isWindows) expect(stderr).toContain('1 file left out as repeats')
  })

  it('stay in one format, and are not painted themselves when they lie beside the photos', async () => {
    await photosIn('album', 'a.png', 'b.png')
    const list = ['album', ...style, ...tiny, '--format', 'jpeg', '--quality', '80']
    expect((await stylize(...list)).code).toBe(0)
    const { stdout } = await stylize(...list, '--json')
    expect(eventsOf(stdout).at(-1)).toMatchObject({
      event: 'summary',
      leftOut: ['a', 'b'].map((name) => ({ path: at('album', `${name}-pastiche.jpg`), kind: 'result' })),
    })
    expect(filesIn('album')).toEqual([
      'a-pastiche-2.jpg',
      'a-pastiche.jpg',
      'a.png',
      'b-pastiche-2.jpg',
      'b-pastiche.jpg',
      'b.png',
    ])
  })

  it('replace earlier results with --overwrite, but not each other', async () => {
    await photosIn('again', 'a.jpg', 'a.png')
    for (const args of [[], ['--overwrite']])
      await stylize('again', ...style, ...tiny, '-o', 'renewed', ...args)
    expect(filesIn('renewed')).toEqual(['a-pastiche-2.png', 'a-pastiche.png'])
  })

  it('are not begun where the style, or the output, fits none of them', async () => {
    await photosIn('doomed', 'a.png', 'b.png')
    writeFileSync(at('a-file'), 'x')
    for (const [args, code] of [
      [['--style', 'narrow.png'], 3],
      [['--style', 'missing.png'], 3],
      [[...style, '-o', 'a-file/painted/'], 4],
    ] as const) {
      const found = await stylize('doomed', ...args, ...tiny)
      expect([found.code, found.stderr.match(/Error:/g)?.length]).toEqual([code, 1])
      expect(found.stderr).not.toContain('[1/2]')
    }
  })
})

describe('a dry run', () => {
  it('refuses what a run would refuse, and writes nothing', async () => {
    const whole = readFileSync(at('photo.png'))
    writeFileSync(at('half.png'), whole.subarray(0, whole.length / 2))
    for (const [args, code] of [
      [['photo.png', '--style', 'narrow.png'], 3],
      [['photo.png', '--style', 'half.png'], 3],
      [['half.png', ...style], 3],
      [['photo.png', ...style, '-o', 'photo.png/x.png'], 4],
      [['photo.png', ...style, '--init', 'half.png'], 3],
    ] as const)
      expect((await stylize(...args, ...tiny, '--dry-run')).code).toBe(code)
    expect((await stylize('photo.png', ...style, ...tiny, '-o', 'unmade/', '--dry-run')).code).toBe(0)
    expect(existsSync(at('unmade'))).toBe(false)
  })

  it('tells of each photo of a list, and ends with the code of the first problem', async () => {
    await photosIn('mixed', 'a.png', 'c.png')
    writeFileSync(at('mixed', 'b.png'), 'no picture')
    const { code, stdout } = await stylize('mixed', ...style, ...tiny, '--dry-run', '--json')
    expect(code).toBe(3)
    expect(eventsOf(stdout).map(({ event }) => event)).toEqual(['forecast', 'failed', 'forecast'])
  })
})

describe('previews', () => {
  it('are refused where one would replace an input', async () => {
    await photosIn('steps', 'step-000001.png')
    const before = readFileSync(at('steps/step-000001.png'))
    const previews = ['--preview-every', '1', '--preview-dir', 'steps', '-o', 'previewed.png']
    const { code } = await stylize('steps/step-000001.png', ...style, ...tiny, ...previews)
    expect(code).toBe(4)
    expect((await stylize('photo.png', ...style, ...tiny, ...previews)).code).toBe(0)
    expect(readFileSync(at('steps/step-000001.png'))).toEqual(before)
    expect(filesIn('steps')).toEqual(['step-000001-2.png', 'step-000001.png', 'step-000002.png'])
  })
})

describe('standard input and output', () => {
  interface Piped {
    readonly code: number | null
    readonly stdout: Buffer
    readonly stderr: string
  }

  /** @param isHeard whether anybody reads what comes */
  function pipe(args: readonly string[], input: string | null, isHeard = true): Promise<Piped> {
    const env = { ...process.env, PASTICHE_HOME: folder, NO_COLOR: '1' }
    const child = spawn(process.execPath, [bin, 'stylize', ...args, ...tiny], { cwd: folder, env })
    const chunks: Buffer[] = []
    let stderr = ''
    if (isHeard) child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    else child.stdout.destroy()
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    if (input === null) child.stdin.end()
    else createReadStream(input).pipe(child.stdin)
    return new Promise((resolve) =>
      child.on('close', (code) => resolve({ code, stdout: Buffer.concat(chunks), stderr })),
    )
  }

  it('carry the photo in and the picture out, and nothing else', async () => {
    const { code, stdout } = await pipe(['-', ...style, '-o', '-'], at('photo.png'))
    expect(code).toBe(0)
    await stylize('photo.png', ...style, ...tiny, '-o', 'by-name.png')
    expect(stdout).toEqual(readFileSync(at('by-name.png')))
  })

  it('carry a style in, and another format out', async () => {
    const { stdout } = await pipe(['photo.png', '-s', '-', '-o', '-', '--format', 'webp'], at('style.png'))
    expect((await sharp(stdout).metadata()).format).toBe('webp')
  })

  it('name the result where none is named', async () => {
    const { code, stdout } = await pipe(['-', ...style], at('photo.png'))
    expect([code, stdout.toString().trim()]).toEqual([0, at('stdin-pastiche.png')])
  })

  it('end with an error where nobody reads the picture, which is kept', async () => {
    mkdirSync(at('kept'))
    await photosIn('kept', 'unread.png')
    const { code, stderr } = await pipe(['kept/unread.png', ...style, '-o', '-'], null, false)
    expect(code).toBe(4)
    expect(stderr).toContain(at('kept', 'unread-pastiche.png'))
    expect(filesIn('kept')).toEqual(['unread-pastiche.png', 'unread.png'])
  })

  it.each([
    [['-', '-s', '-'], 2],
    [['style.png', 'photo.png', ...style, '-o', '-'], 2],
    [['photo.png', ...style, '-o', '-', '--json'], 2],
    [['-', ...style], 3],
  ])('%j is refused', async (args, code) => {
    expect((await pipe(args, null)).code).toBe(code)
  })
})

describe('other commands', () => {
  it('ask before they replace a file', async () => {
    const twice = async (...args: string[]): Promise<(number | null)[]> => [
      (await run(args, { cwd: folder })).code,
      (await run(args, { cwd: folder })).code,
      (await run([...args, '--overwrite'], { cwd: folder })).code,
    ]
    expect(await twice('export-graph', '-o', 'graphs')).toEqual([0, 4, 0])
    writeFileSync(at('gentle.pastiche'), 'of the user')
    const { code } = await run(['presets', 'export', 'gentle'], { cwd: folder })
    expect([code, readFileSync(at('gentle.pastiche'), 'utf8')]).toEqual([4, 'of the user'])
  })
})
