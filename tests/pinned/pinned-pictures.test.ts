import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { Presets } from '../../src/host/index.ts'
import { parameters } from '../../src/shared/contract/parameters.ts'
import { overridePreset, withNetworkRecipe } from '../../src/shared/contract/preset.ts'
import { writeSeeded } from '../presets/seeded-files.ts'
import { paintPicture, readPixels, type Pixels } from '../support/paint-picture.ts'
import { shippedNetwork } from '../support/shipped-network.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { pinnedCases, type PinnedCase, type StyleName } from './cases.ts'
import { writeTestPictures } from './test-pictures.ts'

/**
 * Pins what is painted, pixel by pixel, while the code behind it is rebuilt. The same processor must give the same bytes. Another one
 * may round differently (ONNX Runtime chooses its kernels by what the processor can do), so there the pictures must be as alike as
 * rounding leaves them. `PIN_PICTURES=1 npx vitest run tests/pinned` pins again, after a change that is meant to change pictures.
 */

const folder = fileURLToPath(new URL('../fixtures/pinned', import.meta.url))
const hashesFile = join(folder, 'sha256.json')
const isPinning = process.env['PIN_PICTURES'] === '1'
const processor = cpus()[0]?.model ?? 'unknown'
const pinned = JSON.parse(existsSync(hashesFile) ? readFileSync(hashesFile, 'utf8') : '{}') as {
  processor?: string
  pictures?: Record<string, string>
}

const resources = fileURLToPath(new URL('../../resources', import.meta.url))
const temporary = temporaryFolder()
const weights = { compact: shippedNetwork, vgg16: temporary.file('vgg16'), vgg19: temporary.file('vgg19') }
const { presets } = await new Presets({ resources, presets: temporary.file('none') }).list()

const presetCases: Record<string, PinnedCase> = Object.fromEntries(
  presets.map(({ name, parameters: { scales, ...preset } }) => {
    const plan = scales
      ? {
          scales: [
            { sizePx: 32, steps: 2 },
            { sizePx: 48, steps: 2 },
          ],
        }
      : {}
    return [
      `preset ${name}`,
      { parameters: { ...overridePreset(preset, { sizePx: 48, coarsestPx: 24, steps: 4 }), ...plan } },
    ]
  }),
)

beforeAll(async () => {
  await writeTestPictures((name) => temporary.file(`${name}.png`))
  await writeSeeded(weights.vgg16, 'vgg16', 'caffe')
  await writeSeeded(weights.vgg19, 'vgg19', 'torchvision')
  if (isPinning) mkdirSync(folder, { recursive: true })
})

const fileNameOf = (name: string): string => `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.png`
const hashOf = ({ data }: Pixels): string => createHash('sha256').update(data).digest('hex')

async function paint(
  name: string,
  { styles, photo, hasCroppedStyle, parameters: changes }: PinnedCase,
): Promise<Pixels> {
  const path = (picture: string): string => temporary.file(`${picture}.png`)
  const edit = { quarterTurns: 1, crop: { left: 0.1, top: 0.2, width: 0.7, height: 0.6 } }
  const all = parameters.parse(withNetworkRecipe(changes))
  return paintPicture({
    content: path(photo ?? 'photo'),
    styles: (styles ?? ([['style', 1]] as [StyleName, number][])).map(([style, weight]) => ({
      path: path(style),
      weight,
      ...(hasCroppedStyle && { edit }),
    })),
    start: all.init === 'picture' ? path('start') : null,
    output: { path: temporary.file(fileNameOf(name)) },
    parameters: all,
    network: weights[all.network],
  })
}

/** The mean and the largest difference of two pictures, in steps of 8 bits. */
function differenceOf(painted: Pixels, expected: Pixels): { mean: number; largest: number } {
  let [sum, largest] = [0, 0]
  for (const [i, value] of painted.data.entries()) {
    const difference = Math.abs(value - expected.data[i]!)
    sum += difference
    largest = Math.max(largest, difference)
  }
  return { mean: sum / painted.data.length, largest }
}

const all = { ...pinnedCases, ...presetCases }

describe('a pinned picture', () => {
  it.each(Object.entries(all))('%s', async (name, pinnedCase) => {
    const painted = await paint(name, pinnedCase)
    const file = join(folder, fileNameOf(name))
    const { widthPx: width, heightPx: height, data } = painted
    if (isPinning) {
      const channels = (data.length / width / height) as 3 | 4
      await sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 9 }).toFile(file)
      pinned.pictures = { ...pinned.pictures, [name]: hashOf(painted) }
      writeFileSync(hashesFile, `${JSON.stringify({ ...pinned, processor }, null, 2)}\n`)
      return
    }
    if (hashOf(painted) === pinned.pictures?.[name]) return
    const expected = await readPixels(file)
    expect({ width, height, bytes: data.length }).toEqual({
      width: expected.widthPx,
      height: expected.heightPx,
      bytes: expected.data.length,
    })
    const { mean, largest } = differenceOf(painted, expected)
    if (processor === pinned.processor)
      expect.fail(`other pixels than before: ${mean} on average, ${largest} at most (of 255)`)
    process.stderr.write(
      `${name}: pinned on another processor; differs by ${mean} on average, ${largest} at most.\n`,
    )
    expect(mean).toBeLessThan(1)
  })

  it('is there for every case, and no other', () => {
    expect(Object.keys(pinned.pictures ?? {}).sort()).toEqual(Object.keys(all).sort())
  })
})
