import { optimiseJob } from '../src/shared/contract/optimise-job.ts'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { fillHidden } from '../src/engine/image/transparency.ts'
import { startJob } from '../src/engine/index.ts'
import { featureGraph } from '../src/engine/models/feature-graph.ts'
import { momentsGraph } from '../src/engine/objective/terms/style/moments-graph.ts'
import { vggLayers } from '../src/engine/models/layers.ts'
import { seededWeights } from '../src/engine/models/seeded.ts'
import { createRandom } from '../src/engine/random.ts'
import { Session } from '../src/engine/runtime/ort.ts'
import { preprocessings } from '../src/engine/models/network-weights.ts'
import { testPicture } from './cli/pastiche.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const temporary = temporaryFolder()
const sidePx = 64
type Colour = readonly [number, number, number]

/** A disc in two colours on transparent ground; at its edge, and on one half, the opacity falls off. */
function disc(hidden: (x: number, y: number) => Colour, alphaMax = 255): Buffer {
  const pixels = Buffer.alloc(4 * sidePx * sidePx)
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      const distance = Math.hypot(x - 31.5, y - 31.5)
      const cover = Math.max(0, Math.min(1, 25 - distance)) * (y > 40 ? 0.4 : 1)
      const alpha = Math.round(alphaMax * cover)
      const colour =
        alpha === 0 ? hidden(x, y) : (x >> 2) % 2 === (y >> 3) % 2 ? [220, 60, 30] : [30, 40, 160]
      pixels.set([...colour, alpha], 4 * (y * sidePx + x))
    }
  }
  return pixels
}

async function write(name: string, pixels: Buffer): Promise<string> {
  const path = temporary.file(name)
  await sharp(pixels, { raw: { width: sidePx, height: sidePx, channels: 4 } })
    .png()
    .toFile(path)
  return path
}

const noise = (x: number, y: number): Colour => [(x * 97) % 256, (y * 61) % 256, ((x ^ y) * 37) % 256]
const compact = fileURLToPath(new URL('../resources/networks/compact.safetensors', import.meta.url))

async function paint(content: string, style: string, parameters: object = {}): Promise<string> {
  const path = temporary.file(`out-${createRandom(1).uniform()}.png`)
  const painting = await startJob(
    optimiseJob({
      content,
      styles: [{ path: style }],
      output: { path },
      parameters: { network: 'compact', sizePx: 48, steps: 4, ...parameters },
      resources: { device: 'cpu' },
      network: compact,
    }),
    { progress: () => undefined, preview: () => undefined, notice: () => undefined },
  )
  expect(await painting.outcome).toMatchObject({ state: 'done' })
  const pixels = await sharp(path).raw().toBuffer()
  return createHash('sha256').update(pixels).digest('hex')
}

let photo: string
beforeAll(async () => {
  photo = temporary.file('photo.png')
  await testPicture(48, 40).png().toFile(photo)
})

describe('two styles that differ only in colours that nobody sees', () => {
  const cases = [
    ['as large as needed', { sizePx: 64 }],
    ['shrunk', { sizePx: 32 }],
    ['by Gram matrices', { sizePx: 48, statistic: 'gram' }],
    ['as the start', { sizePx: 48, init: 'style' }],
  ] as const
  it.each(cases)('paint the same picture, %s', async (_, parameters) => {
    const green = await write(
      'green.png',
      disc(() => [0, 255, 0]),
    )
    const noisy = await write('noisy.png', disc(noise))
    expect(await paint(photo, green, parameters)).toBe(await paint(photo, noisy, parameters))
  })

  it('paint another picture than a style that looks different', async () => {
    const see = await write(
      'see.png',
      disc(() => [0, 0, 0]),
    )
    const solid = await write(
      'solid.png',
      Buffer.from(disc(() => [0, 0, 0]).map((value, i) => (i % 4 === 3 ? 255 : value))),
    )
    expect(await paint(photo, see)).not.toBe(await paint(photo, solid))
  })
})

it('two photos that differ only in hidden colours are painted alike', async () => {
  const style = temporary.file('style.png')
  await testPicture(40, 48, 1).png().toFile(style)
  const [black, noisy] = [
    await write(
      'black.png',
      disc(() => [0, 0, 0]),
    ),
    await write('noise.png', disc(noise)),
  ]
  expect(await paint(black, style)).toBe(await paint(noisy, style))
})

describe('what cannot be seen at all', () => {
  it.each(['style', 'photo'])('is refused as a %s, in words', async (role) => {
    const clear = await write('clear.png', disc(noise, 0))
    const other = photo
    await expect(role === 'style' ? paint(other, clear) : paint(clear, other)).rejects.toMatchObject({
      code: 'not-a-picture',
      message: `${clear} is completely transparent: there is nothing to see in it.`,
    })
  })
})

describe('hidden colours', () => {
  const picture = (rgb: Float32Array, alpha: Float32Array, widthPx: number) =>
    ({
      widthPx,
      heightPx: alpha.length / widthPx,
      rgb,
      alpha,
      bitDepth: 8,
      metadata: { exif: null },
    }) as const

  it('become those of the nearest visible ones, and visible ones stay', () => {
    const alpha = Float32Array.from({ length: 16 * 16 }, (_, i) => (i % 16 < 4 ? 1 : 0))
    const rgb = Float32Array.from({ length: 3 * 256 }, (_, i) =>
      i % 16 < 4 ? [0.8, 0.3, 0.1][Math.floor(i / 256)]! : NaN,
    )
    const filled = fillHidden(picture(rgb, alpha, 16)).rgb
    for (let i = 0; i < 768; i++) expect(filled[i]).toBeCloseTo([0.8, 0.3, 0.1][Math.floor(i / 256)]!, 5)
  })

  it('of an opaque picture are none', () => {
    const random = createRandom(3)
    const rgb = Float32Array.from({ length: 3 * 30 }, () => random.uniform())
    const same = picture(rgb, new Float32Array(30).fill(1), 6)
    expect(fillHidden(same)).toBe(same)
  })
})

describe('moments of what can be seen', () => {
  const layers = vggLayers({ convolutions: [2, 2], widths: [6, 8] })
  const weights = seededWeights(layers, 1, preprocessings.torchvision)
  const taps = ['relu1_1', 'relu2_1']
  const spec = { layers, weights, taps, pooling: 'max', padding: 'replicate' } as const
  const random = createRandom(5)
  const [height, width] = [21, 30]
  const picture = {
    shape: [1, 3, height, width],
    data: Float32Array.from({ length: 3 * height * width }, () => random.uniform()),
  }
  const visible = Float32Array.from({ length: height * width }, () =>
    random.uniform() < 0.4 ? 0 : random.uniform(),
  )

  const run = async (graph: ReturnType<typeof featureGraph>, feeds: Parameters<Session['run']>[0]) => {
    const session = await Session.create(graph, { device: 'cpu', threads: 1, weights: weights.bytes })
    const found = await session.run(feeds)
    await session.dispose()
    return found
  }

  it('are weighted means and covariances, by the definition', async () => {
    const features = await run(featureGraph(spec), { picture })
    const found = await run(momentsGraph(spec, { isTransparent: true }), {
      picture,
      visible: { shape: [1, 1, height, width], data: visible },
    })
    for (const [tap, halvings] of [
      ['relu1_1', 0],
      ['relu2_1', 1],
    ] as const) {
      const { shape, data } = features[tap]!
      const [channels, rows, columns] = shape.slice(1) as [number, number, number]
      const weight = Float64Array.from({ length: rows * columns }, (_, i) => {
        if (halvings === 0) return visible[i]!
        const [y, x] = [2 * Math.floor(i / columns), 2 * (i % columns)]
        return (
          [0, 1]
            .flatMap((dy) => [0, 1].map((dx) => visible[(y + dy) * width + x + dx]!))
            .reduce((a, b) => a + b) / 4
        )
      })
      const total = weight.reduce((a, b) => a + b)
      const of = (c: number, i: number): number => data[c * rows * columns + i]!
      const mean = Array.from(
        { length: channels },
        (_, c) => weight.reduce((sum, w, i) => sum + w * of(c, i), 0) / total,
      )
      mean.forEach((value, c) => expect(found[`mean/${tap}`]!.data[c]).toBeCloseTo(value, 4))
      for (let a = 0; a < channels; a++)
        for (let b = 0; b < channels; b++) {
          const expected =
            weight.reduce((sum, w, i) => sum + w * (of(a, i) - mean[a]!) * (of(b, i) - mean[b]!), 0) / total
          expect(found[`covariance/${tap}`]!.data[a * channels + b]).toBeCloseTo(expected, 4)
        }
      expect(found[`positions/${tap}`]!.data[0]).toBe(rows * columns)
    }
  })

  it('are those of all positions where all is visible', async () => {
    const all = { shape: [1, 1, height, width], data: new Float32Array(height * width).fill(1) }
    const plain = await run(momentsGraph(spec), { picture })
    const weighted = await run(momentsGraph(spec, { isTransparent: true }), { picture, visible: all })
    for (const [name, { data }] of Object.entries(plain))
      data.forEach((value, i) => expect(weighted[name]!.data[i]).toBeCloseTo(value, 4))
  })
})
