import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventsOf, run, testPicture, type Finished } from '../cli/pastiche.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const temporary = temporaryFolder()
let homes = 0

/** A user who has nothing yet. */
function user(): (...args: string[]) => Promise<Finished> {
  const home = join(temporary.path, `home ${++homes}`)
  return (...args) => run(args, { cwd: temporary.path, home })
}

const tiny = ['stylize', 'photo.png', '--style', 'style.png', '--device', 'cpu', '--json', '--steps', '1']

beforeAll(async () => {
  await testPicture(48, 32).png().toFile(join(temporary.path, 'photo.png'))
  await testPicture(40, 40, 1).png().toFile(join(temporary.path, 'style.png'))
  // The first start builds; the others find it done.
  await user()('--version')
})

const json = ({ stdout }: Finished): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>

describe('pastiche presets', () => {
  it('saves, shows, hands on and removes a preset', async () => {
    const [anna, ben] = [user(), user()]
    const saved = await anna('presets', 'save', 'Öl 水', '--from', 'gentle', '--size', '300', '--no-clamp')
    expect(saved).toMatchObject({ code: 0, stderr: 'Saved "Öl 水".\n' })
    expect((await anna('presets', 'show', 'öl 水')).stdout).toContain('  --size 300\n')

    const file = join(temporary.path, 'ol.pastiche')
    expect((await anna('presets', 'export', 'OL')).stdout.trim()).toBe(file)
    const imported = json(await ben('presets', 'import', file, '--json'))
    expect(imported).toMatchObject({
      change: 'added',
      name: 'Öl 水',
      parameters: { sizePx: 300, clamp: false },
    })
    expect(readFileSync(imported['path'] as string)).toEqual(readFileSync(file))

    expect((await ben('presets', 'remove', 'ol')).code).toBe(0)
    const { presets } = json(await ben('presets', 'list', '--json')) as { presets: { name: string }[] }
    expect(presets.map(({ name }) => name)).not.toContain('Öl 水')
  })

  it.each([
    [['remove', 'gentle'], '"Gentle" is a built-in preset.'],
    [['show', 'crowsn'], 'Did you mean "Crowson"? "pastiche presets list" shows them all.'],
    [['save', 'x', '--content-weight', '-3'], 'contentWeight must be between 0 and 1e12, not -3.'],
    [['save', 'x', '--init', 'photo.png'], 'A preset cannot start from a file; it has to fit every photo.'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await user()('presets', ...args)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  it('tells of a broken file and shows the others', async () => {
    const home = join(temporary.path, `home ${++homes}`)
    mkdirSync(join(home, 'presets'), { recursive: true })
    writeFileSync(join(home, 'presets', 'bad.json'), '{')
    const { code, stdout, stderr } = await run(['presets', 'list'], { cwd: temporary.path, home })
    expect(code).toBe(0)
    expect(stdout).toContain('Pastiche')
    expect(stderr).toContain(`"bad.json" isn't a valid preset file: it is not, or not all, JSON. It is now`)
  })
})

describe('stylize --preset', () => {
  it('paints as the preset says, every option overriding it', async () => {
    const pastiche = user()
    await pastiche('presets', 'save', 'Mine', '--scales', '32:1,40:2', '--tv-weight', '3')
    const scalesOf = async (...args: string[]): Promise<unknown> => {
      const [start] = eventsOf((await pastiche(...tiny.slice(0, -2), '--preset', 'MINE', ...args)).stdout)
      const { scales } = start!['plan'] as { scales: { widthPx: number; steps: number }[] }
      return scales.map(({ widthPx, steps }) => [widthPx, steps])
    }
    expect(await scalesOf()).toEqual([
      [32, 1],
      [40, 2],
    ])
    expect(await scalesOf('--size', '36', '--steps', '4')).toEqual([[36, 4]])
  })

  it('says in one sentence what a recipe for VGG lacks', async () => {
    const { code, stdout } = await user()(...tiny, '--preset', 'gatys 2016')
    expect(code).toBe(6)
    expect(eventsOf(stdout).at(-1)).toMatchObject({
      event: 'failed',
      error: {
        code: 'weights-missing',
        hint: expect.stringContaining('pastiche models download vgg19') as string,
      },
    })
  })

  it('paints a recipe for VGG with the built-in network when told so', async () => {
    const { code } = await user()(...tiny, '--preset', 'neural-style', '--network', 'compact', '--size', '32')
    expect(code).toBe(0)
  })

  it('does not know a preset that is not there', async () => {
    const { code, stderr } = await user()(...tiny, '--preset', 'gently')
    expect(code).toBe(2)
    expect(stderr).toContain('Did you mean "Gentle"?')
  })

  it('tells what it does not understand of a newer preset, and paints', async () => {
    const pastiche = user()
    const newer = { schema: 99, id: 'new', name: 'New', parameters: { tvWeight: 1, glow: 3 } }
    const file = temporary.file('new.pastiche', JSON.stringify(newer))
    await pastiche('presets', 'import', file)
    const { code, stdout } = await pastiche(...tiny, '--preset', 'new', '--size', '32')
    expect(code).toBe(0)
    expect(eventsOf(stdout).filter(({ event }) => event === 'notice')).toHaveLength(2)
  })
})
