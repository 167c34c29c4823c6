/** The pictures in resources/samples: complete, sound, small, and made by the script that is said to make them. */
import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { toBytes } from '../scripts/samples/kit/picture.ts'
import { describeSamples } from '../scripts/samples/list.ts'
import type { SampleList } from '../scripts/samples/list.ts'
import { longSidePx, pieces } from '../scripts/samples/pieces.ts'

const folder = fileURLToPath(new URL('../resources/samples', import.meta.url))
const list = JSON.parse(await readFile(path.join(folder, 'samples.json'), 'utf8')) as SampleList
const samples = [...list.photos, ...list.paintings]

describe('the sample pictures', () => {
  it('offer at least two photos and five paintings', () => {
    expect(list.schema).toBe(1)
    expect(list.photos.length).toBeGreaterThanOrEqual(2)
    expect(list.paintings.length).toBeGreaterThanOrEqual(5)
  })

  it('are listed as the script describes them', async () => {
    expect(list).toEqual(await describeSamples(folder))
  })

  it('leave no stray file beside the list', async () => {
    const expected = [...samples.map((sample) => sample.file), 'README.md', 'samples.json']
    expect((await readdir(folder)).sort()).toEqual(expected.sort())
  })

  it.each(samples)('decode to the listed size: $id', async ({ file, widthPx, heightPx }) => {
    const { data, info } = await sharp(path.join(folder, file)).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([widthPx, heightPx, 3])
    expect(Math.max(widthPx, heightPx)).toBe(longSidePx)
    expect(data.length).toBe(widthPx * heightPx * 3)
  })

  it('weigh no more than promised, each and together', async () => {
    let totalBytes = 0
    for (const piece of pieces) {
      const { size } = await stat(path.join(folder, `${piece.id}.jpg`))
      expect(size, piece.id).toBeLessThanOrEqual(piece.maxBytes)
      totalBytes += size
    }
    expect(totalBytes).toBeLessThanOrEqual(2_500_000)
  })
})

describe('the sample script', () => {
  const quickOnes = pieces.filter(({ id }) => ['photo-lake', 'painting-glass', 'painting-ink'].includes(id))

  it.each(quickOnes)('renders the same pixels twice: $id', ({ render }) => {
    const first = render(64)
    const second = render(64)
    expect(Math.max(first.widthPx, first.heightPx)).toBe(64)
    expect(Buffer.compare(toBytes(first), toBytes(second))).toBe(0)
  })

  it.each(quickOnes)('renders small what it ships large: $id', async ({ id, render }) => {
    const small = render(64)
    const { widthPx: width, heightPx: height } = small
    const shipped = await sharp(path.join(folder, `${id}.jpg`))
      .resize(width, height, { fit: 'fill' })
      .raw()
      .toBuffer()
    const bytes = toBytes(small)
    let difference = 0
    for (let i = 0; i < bytes.length; i++) difference += Math.abs(bytes[i]! - shipped[i]!) / bytes.length
    // Detail at 64 px differs; the composition, the colours and the light must not.
    expect(difference).toBeLessThan(28)
  })
})
