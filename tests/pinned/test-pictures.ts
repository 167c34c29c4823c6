import sharp from 'sharp'
import { createRandom } from '../../src/engine/random.ts'

/** Colour of a pixel: red, green, blue and opacity from 0 to 255. */
type Painter = (x: number, y: number) => readonly [number, number, number, number]

const wave = (x: number, y: number, phase: number): number =>
  128 + 70 * Math.sin(x / 9 + phase) * Math.cos(y / 7)
const opaque = (x: number, y: number): readonly [number, number, number, number] => [
  wave(x, y, 0),
  wave(y, x, 1),
  y < 30 ? 220 : 60,
  255,
]

/** A photo with edges, slopes and grain; two styles of stripes and of blots; the same with transparency; a picture to start from. */
const pictures: Readonly<
  Record<string, { readonly widthPx: number; readonly heightPx: number; readonly painter: Painter }>
> = {
  photo: { widthPx: 96, heightPx: 72, painter: opaque },
  'transparent-photo': {
    widthPx: 96,
    heightPx: 72,
    painter: (x, y) => [...opaque(x, y).slice(0, 3), x < 30 ? 0 : Math.min(255, 4 * y)] as never,
  },
  start: { widthPx: 80, heightPx: 60, painter: (x, y) => [wave(x, y, 2), 90, wave(y, x, 3), 255] },
  style: {
    widthPx: 72,
    heightPx: 96,
    painter: (x, y) => ((x + y) % 12 < 5 ? [230, 190, 40, 255] : [20, 40, wave(x, y, 1), 255]),
  },
  'second-style': {
    widthPx: 90,
    heightPx: 80,
    painter: (x, y) =>
      Math.hypot((x % 20) - 10, (y % 20) - 10) < 6 ? [200, 30, 30, 255] : [240, 235, 220, 255],
  },
  'transparent-style': {
    widthPx: 80,
    heightPx: 80,
    painter: (x, y) => [40, wave(x, y, 0), 160, Math.hypot(x - 40, y - 40) < 34 ? 255 : 0],
  },
}

/** Writes each as PNG; the same bytes on every computer. */
export async function writeTestPictures(pathOf: (name: string) => string): Promise<void> {
  for (const [name, { widthPx, heightPx, painter }] of Object.entries(pictures)) {
    const random = createRandom(7)
    const data = new Uint8Array(widthPx * heightPx * 4)
    for (let i = 0; i < data.length; i += 4) {
      const [x, y] = [(i / 4) % widthPx, Math.floor(i / 4 / widthPx)]
      const grain = 24 * (random.uniform() - 0.5)
      const [red, green, blue, alpha] = painter(x, y)
      data.set(
        [red, green, blue].map((value) => Math.round(Math.min(255, Math.max(0, value + grain)))),
        i,
      )
      data[i + 3] = alpha
    }
    const picture = sharp(data, { raw: { width: widthPx, height: heightPx, channels: 4 } })
    const isOpaque = name.startsWith('transparent') ? picture : picture.removeAlpha()
    await isOpaque.png().toFile(pathOf(name))
  }
}
