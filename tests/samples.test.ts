/** The pictures in resources/samples: complete, sound, small, and with nothing in them but the picture. */
import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'

interface Sample {
  readonly id: string
  readonly file: string
  readonly title: string
  readonly description: string
  readonly widthPx: number
  readonly heightPx: number
}

const folder = fileURLToPath(new URL('../resources/samples', import.meta.url))
const list = JSON.parse(await readFile(path.join(folder, 'samples.json'), 'utf8')) as {
  readonly schema: number
  readonly photos: readonly Sample[]
  readonly paintings: readonly Sample[]
}
const samples = [...list.photos, ...list.paintings]

describe('the sample pictures', () => {
  it('offer at least two photos and five paintings', () => {
    expect(list.schema).toBe(1)
    expect(list.photos.length).toBeGreaterThanOrEqual(2)
    expect(list.paintings.length).toBeGreaterThanOrEqual(5)
  })

  it('leave no stray file beside the list', async () => {
    const expected = [...samples.map((sample) => sample.file), 'README.md', 'samples.json']
    expect((await readdir(folder)).sort()).toEqual(expected.sort())
  })

  it('have a title, a description and an origin each', async () => {
    const readme = await readFile(path.join(folder, 'README.md'), 'utf8')
    expect(readme).toContain('[CC0 1.0]')
    expect(readme).toMatch(/^ {4}git worktree add \S+ [0-9a-f]{40}$/m)
    for (const { id, file, title, description } of samples) {
      expect(file).toBe(`${id}.jpg`)
      expect(title, id).not.toBe('')
      expect(description, id).toMatch(/\.$/)
      expect(readme).toContain(`\`${file}\``)
    }
    expect(new Set(samples.map(({ title }) => title)).size).toBe(samples.length)
  })

  it.each(samples)('decode to the listed size: $id', async ({ file, widthPx, heightPx }) => {
    const { data, info } = await sharp(path.join(folder, file)).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([widthPx, heightPx, 3])
    expect(Math.max(widthPx, heightPx)).toBe(1024)
    expect(data.length).toBe(widthPx * heightPx * 3)
  })

  it.each(samples)('carry no metadata: $id', async ({ file }) => {
    const { exif, icc, iptc, xmp, comments } = await sharp(path.join(folder, file)).metadata()
    expect({ exif, icc, iptc, xmp, comments }).toEqual({})
  })

  it('weigh no more than promised, each and together', async () => {
    let totalBytes = 0
    for (const { id, file } of samples) {
      const { size } = await stat(path.join(folder, file))
      expect(size, id).toBeLessThanOrEqual(id.startsWith('photo-') ? 250_000 : 400_000)
      totalBytes += size
    }
    expect(totalBytes).toBeLessThanOrEqual(2_500_000)
  })
})
