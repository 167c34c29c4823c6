import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventsOf, run, start, testPicture } from './pastiche.ts'

let folder: string
const at = (name: string): string => join(folder, name)
const tiny = ['--style', 'style.png', '--size', '32', '--steps', '2', '--device', 'cpu']
const stylize = (...args: string[]): ReturnType<typeof run> => run(['stylize', ...args], { cwd: folder })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pastiche cli '))
  await testPicture(48, 32).png().toFile(at('photo.png'))
  await testPicture(40, 40, 1).png().toFile(at('style.png'))
  await testPicture(40, 40, 2).png().toFile(at('other.png'))
  // The first start builds; the others find it done.
  await run(['--version'], { cwd: folder })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('stylize', () => {
  it('paints a photo beside itself and prints where', async () => {
    const { code, stdout } = await stylize('photo.png', ...tiny)
    expect(code).toBe(0)
    expect(stdout.trim()).toBe(at('photo-pastiche.png'))
    expect(await sharp(at('photo-pastiche.png')).metadata()).toMatchObject({
      width: 32,
      height: 21,
      hasProfile: true,
    })
  })

  it('gives the same bytes for the same seed and others for another one', async () => {
    const noise = (seed: string, name: string): Promise<unknown> =>
      stylize('photo.png', ...tiny, '--init', 'noise', '--seed', seed, '-o', name)
    await Promise.all([noise('5', 'a.png'), noise('5', 'b.png'), noise('6', 'c.png')])
    const [a, b, c] = await Promise.all(['a.png', 'b.png', 'c.png'].map((name) => readFile(at(name))))
    expect(b).toEqual(a)
    expect(c).not.toEqual(a)
  })

  it('tells one event a line with --json and nothing else', async () => {
    const { code, stdout } = await stylize('photo.png', ...tiny, '--json', '-o', 'json.png')
    const events = eventsOf(stdout)
    expect(code).toBe(0)
    expect(events.map(({ event }) => event)).toEqual(['start', 'progress', 'progress', 'done'])
    expect(events[1]).toMatchObject({ step: 1, totalSteps: 2, loss: { total: expect.any(Number) as number } })
  })

  it('reconstructs without a style picture when the style weight is 0', async () => {
    const { code, stdout } = await stylize(
      ...['photo.png', '--style-weight', '0', '--init', 'noise', '--size', '32', '--steps', '2', '--json'],
      ...['-o', 'content-only.png'],
    )
    expect(code).toBe(0)
    expect(eventsOf(stdout)[1]).toMatchObject({ loss: { style: 0 } })
  })

  it('mixes several style pictures by weight', async () => {
    const mix = (weights: string, name: string): ReturnType<typeof run> =>
      stylize(
        'photo.png',
        ...tiny.slice(2),
        '--style',
        'style.png',
        'other.png',
        '--style-weights',
        weights,
        '-o',
        name,
      )
    expect((await mix('1,0', 'first.png')).code).toBe(0)
    expect((await mix('1,3', 'mixed.png')).code).toBe(0)
    expect(await readFile(at('mixed.png'))).not.toEqual(await readFile(at('first.png')))
  })

  it('starts from a picture of one’s own', async () => {
    expect(
      (await stylize('photo.png', ...tiny, '--steps', '0', '--init', 'other.png', '-o', 'own.png')).code,
    ).toBe(0)
    const [own, other] = await Promise.all(
      ['own.png', 'other.png'].map((name) => sharp(at(name)).resize(8, 8, { fit: 'fill' }).raw().toBuffer()),
    )
    own!.forEach((value, i) => expect(Math.abs(value - other![i]!)).toBeLessThan(40))
  })

  it('saves previews', async () => {
    const previews = ['--preview-every', '1', '--preview-dir', 'steps']
    expect((await stylize('photo.png', ...tiny, ...previews, '-o', 'p.png')).code).toBe(0)
    expect(readdirSync(at('steps'))).toEqual(['step-000001.png', 'step-000002.png'])
  })

  it.each(['tiff', 'jpg', 'webp'])('writes %s', async (ending) => {
    const { code } = await stylize('photo.png', ...tiny, '-o', `result.${ending}`)
    expect(code).toBe(0)
    expect((await sharp(at(`result.${ending}`)).metadata()).format).toBe({ jpg: 'jpeg' }[ending] ?? ending)
  })

  it('writes 16 bits where asked', async () => {
    await stylize('photo.png', ...tiny, '-o', 'deep.png', '--bit-depth', '16')
    expect((await sharp(at('deep.png')).metadata()).depth).toBe('ushort')
  })
})

describe('a folder of pictures', () => {
  it('paints every readable one and tells which failed and why', async () => {
    const inputs = at('inputs')
    mkdirSync(inputs)
    const jpeg = await testPicture(64, 48).jpeg().toBuffer()
    writeFileSync(join(inputs, 'cut.jpg'), jpeg.subarray(0, jpeg.length / 2))
    writeFileSync(join(inputs, 'empty.jpg'), '')
    writeFileSync(join(inputs, 'text.jpg'), 'This is no picture.')
    await testPicture(1, 1).png().toFile(join(inputs, 'one.png'))
    await testPicture(8, 6).png().toFile(join(inputs, 'small.png'))
    await testPicture(40, 30).gif().toFile(join(inputs, 'good.gif'))
    await testPicture(40, 30).toColourspace('cmyk').jpeg().toFile(join(inputs, 'print.jpg'))
    await testPicture(40, 30).withMetadata({ orientation: 6 }).jpeg().toFile(join(inputs, 'turned.jpg'))
    await sharp({ create: { width: 30, height: 40, channels: 4, background: '#8884' } })
      .png()
      .toFile(join(inputs, 'alpha.png'))
    writeFileSync(join(inputs, 'notes.txt'), 'left out')
    const { code, stdout, stderr } = await stylize('inputs', ...tiny, '-o', 'painted')
    expect(code).toBe(3)
    expect(stdout.trim().split('\n')).toHaveLength(4)
    expect(readdirSync(at('painted')).sort()).toEqual(
      ['alpha', 'good', 'print', 'turned'].map((name) => `${name}-pastiche.png`),
    )
    expect(stderr).toContain('4 painted, 5 failed')
    expect(stderr).toMatch(/1 file left out:\n {2}notes\.txt: .*text/)
    expect(stderr).toContain('The photo is too small (8 × 6 px): relu4_1 needs at least 8 × 8 px.')
    expect(stderr).toContain('The photo is too small (1 × 1 px): relu4_1 needs at least 8 × 8 px.')
    for (const name of ['cut.jpg', 'empty.jpg', 'text.jpg'])
      expect(stderr).toMatch(new RegExp(`  .*${name.replace('.', '\\.')}: .*\\.`))
    expect((await sharp(at('painted/alpha-pastiche.png')).metadata()).channels).toBe(4)
    expect(await sharp(at('painted/turned-pastiche.png')).metadata()).toMatchObject({ width: 24, height: 32 })
  })

  it('takes a glob', async () => {
    const { code, stdout } = await stylize('p*.png', ...tiny, '--json', '-o', 'globbed/')
    expect(code).toBe(0)
    expect(eventsOf(stdout).at(-1)).toMatchObject({ event: 'summary' })
    expect(existsSync(at('globbed/photo-pastiche.png'))).toBe(true)
  })

  it('without pictures is refused', async () => {
    mkdirSync(at('nothing'))
    const { code, stderr } = await stylize('nothing', ...tiny)
    expect([code, stderr.split('\n')[0]]).toEqual([3, 'Error: No pictures to paint in nothing.'])
  })
})

describe('a wrong command line', () => {
  const photo = ['photo.png', ...tiny]
  it.each([
    [['missing.png', ...tiny], 3, 'missing.png'],
    [[...photo, '--content-weight', '-3'], 2, 'contentWeight must be between 0 and 1e12, not -3.'],
    [
      [...photo, '--content-weight', 'NaN'],
      2,
      'contentWeight must be a number between 0 and 1e12, not "NaN".',
    ],
    [[...photo, '--size', '20.5'], 2, 'sizePx must be a whole number between 16 and 8192, not 20.5.'],
    [
      [...photo, '--style-layers', 'relu9_1'],
      2,
      'The network has no layer "relu9_1"; its deepest layer is relu5_1.',
    ],
    [
      [...photo, '--device', 'tpu'],
      2,
      'device must be one of auto, cpu, webgpu, cuda, directml, coreml, not "tpu".',
    ],
    [
      [...photo, '--style-weights', '1,2'],
      2,
      'There are 1 style pictures, but 2 weights in --style-weights.',
    ],
    [[...photo, '--scales', '64'], 2, '"64" is not a scale. Write long side and steps, like 64:200,128:100.'],
    [['photo.png'], 2, 'No style picture has a weight above 0.'],
    [
      [...photo, '--content-weight', '0', '--style-weight', '0', '--tv-weight', '0'],
      2,
      'Every weight is 0, so there is nothing to paint.',
    ],
    [[...photo, '--preview-dir', 'steps'], 2, '--preview-dir needs --preview-every.'],
    [[...photo, '-o', 'photo.png'], 4, 'is one of the files the picture is made from'],
    [[...photo, '-o', 'photo.png/inside.png'], 4, 'photo.png/inside.png'],
    [[...photo, '-o', 'result.bmp'], 4, 'result.bmp'],
    [[...photo, '-o', 'result.jpg', '--bit-depth', '16'], 4, '16'],
    [[...photo, '--network', 'vgg19'], 6, "vgg19 isn't installed"],
  ])('%j ends with %i and says so', async (args, expected, message) => {
    const { code, stderr, stdout } = await stylize(...args)
    expect(stderr).toContain(message)
    expect([code, stdout]).toEqual([expected, ''])
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('suggests the option that was meant', async () => {
    const { code, stderr } = await stylize('photo.png', '--stile', 'style.png')
    expect(code).toBe(2)
    expect(stderr).toContain('Did you mean --style?')
  })

  it('leaves the input as it was', async () => {
    const before = await readFile(at('photo.png'))
    await stylize(...photo, '-o', './photo.png')
    expect(await readFile(at('photo.png'))).toEqual(before)
  })
})

describe('an interrupted job', () => {
  const long = ['photo.png', '--style', 'style.png', '--size', '48', '--steps', '100000', '--coarsest', '48']

  it('saves the picture so far at Ctrl-C, says where and ends with 130', async () => {
    const running = start(['stylize', ...long, '--json', '-o', 'stopped.png'], { cwd: folder })
    await running.shows('"step":3')
    running.child.kill('SIGINT')
    const { code, stdout } = await running.finished
    expect(code).toBe(130)
    expect(eventsOf(stdout).at(-1)).toMatchObject({ event: 'stopped', path: at('stopped-unfinished.png') })
    expect(existsSync(at('stopped-unfinished.png'))).toBe(true)
    expect(existsSync(at('stopped.png'))).toBe(false)
  })

  it('ends with 7 and clear words when the engine is killed, and each that takes its place', async () => {
    const running = start(['stylize', ...long, '--json', '-o', 'killed.png'], { cwd: folder })
    await running.shows('"step":3')
    const killing = setInterval(() => void killEngineOf(running.child.pid!), 50)
    const { code, stdout } = await running.finished
    clearInterval(killing)
    expect(code).toBe(7)
    expect(eventsOf(stdout).at(-1)).toMatchObject({ event: 'failed', error: { code: 'engine-lost' } })
    expect(existsSync(at('killed.png'))).toBe(false)
  })
})

/** The only child of the command is the engine's process. */
async function enginePidOf(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return Number(children.trim().split(' ')[0])
}

/** Between two engines, and after the end, there is none. */
async function killEngineOf(pid: number): Promise<void> {
  const engine = await enginePidOf(pid).catch(() => 0)
  if (engine === 0) return
  try {
    process.kill(engine, 'SIGKILL')
  } catch {
    // It has gone meanwhile.
  }
}

describe('the other commands', () => {
  it('shows the version', async () => {
    const { code, stdout } = await run(['--version'], { cwd: folder })
    expect([code, stdout.trim()]).toEqual([0, '0.1.0'])
  })

  it('lists the devices', async () => {
    const { code, stdout } = await run(['devices', '--json'], { cwd: folder })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toContainEqual({
      id: 'cpu',
      name: 'CPU',
      usable: true,
      note: 'Works everywhere.',
      needs: [],
    })
  })

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'tells of a device that cannot be used what it needs, and what of that is there',
    async () => {
      const { stdout } = await run(['devices'], { cwd: folder })
      expect(stdout).toMatch(/^– cuda .*\n +✓ Linux on x64: linux on x64\n/m)
      expect(stdout).toMatch(
        /^ +– ONNX Runtime's part for CUDA \(npm run setup:cuda, in a clone\): not installed$/m,
      )
    },
  )

  it('exports graphs beside the weights that they refer to', async () => {
    const { code, stdout } = await run(['export-graph', '-o', 'graphs'], { cwd: folder })
    expect(code).toBe(0)
    expect(stdout.trim().split('\n')).toEqual(
      ['compact.safetensors', 'features.onnx', 'gradient.onnx'].map((name) => at(`graphs/${name}`)),
    )
  })

  it('names a command that does not exist', async () => {
    const { code, stderr } = await run(['stylise'], { cwd: folder })
    expect(code).toBe(2)
    expect(stderr).toContain('Did you mean stylize?')
  })
})
