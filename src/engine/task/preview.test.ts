import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Preview } from '../../shared/contract/job.ts'
import { createRandom } from '../random.ts'
import type { Planes } from '../tensor/planes.ts'
import { PreviewWriter } from './preview.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'pastiche-preview-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function listen(): {
  previews: Omit<Preview, 'jobId'>[]
  notices: string[]
  listeners: ConstructorParameters<typeof PreviewWriter>[1]
} {
  const previews: Omit<Preview, 'jobId'>[] = []
  const notices: string[] = []
  return {
    previews,
    notices,
    listeners: { preview: (preview) => previews.push(preview), notice: (message) => notices.push(message) },
  }
}

function noise(sidePx: number): Planes {
  const random = createRandom(1)
  return {
    widthPx: sidePx,
    heightPx: sidePx,
    rgb: Float32Array.from({ length: 3 * sidePx ** 2 }, () => random.uniform()),
  }
}

describe('previews', () => {
  it('are saved as numbered files, every so many steps', async () => {
    const { previews, listeners } = listen()
    const writer = new PreviewWriter({ everySteps: 10, folder }, listeners)
    for (let step = 1; step <= 30; step++) writer.offer(step, () => noise(8))
    await writer.settled()
    expect(readdirSync(folder)).toEqual(['step-000010.png', 'step-000020.png', 'step-000030.png'])
    expect(previews.map(({ totalStep }) => totalStep)).toEqual([10, 20, 30])
  })

  it('are sent as small pictures, not more than four a second', async () => {
    const { previews, listeners } = listen()
    const writer = new PreviewWriter({ everySteps: 1, folder: null }, listeners)
    // Made before: on a busy machine that takes longer than the quarter of a second.
    const canvas = noise(1024)
    for (let step = 1; step <= 50; step++) writer.offer(step, () => canvas)
    await writer.settled()
    expect(previews).toHaveLength(1)
    const webp = Buffer.from(previews[0]!.webpBase64!, 'base64')
    expect(webp.length).toBeLessThanOrEqual(200_000)
    expect((await sharp(webp).metadata()).format).toBe('webp')
  })

  it('that cannot be saved are told once and end nothing', async () => {
    const { previews, notices, listeners } = listen()
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const writer = new PreviewWriter({ everySteps: 1, folder: join(file, 'inside') }, listeners)
    for (let step = 1; step <= 5; step++) writer.offer(step, () => noise(8))
    await writer.settled()
    expect(previews).toEqual([])
    expect(notices).toEqual([expect.stringContaining('No more previews: ')])
  })

  it('are not made where nobody wants them', () => {
    const writer = new PreviewWriter(null, listen().listeners)
    expect(() => writer.offer(1, () => expect.fail('The canvas was asked for.'))).not.toThrow()
  })

  it('are sent while someone watches, the first at once, and no longer', async () => {
    const { listeners, previews } = listen()
    const writer = new PreviewWriter(null, listeners)
    writer.watch(100, () => noise(8))
    await writer.settled()
    writer.watch(null, () => expect.fail('The canvas was asked for.'))
    writer.offer(1, () => expect.fail('The canvas was asked for.'))
    await writer.settled()
    expect(previews).toHaveLength(1)
    expect(previews[0]!.webpBase64).not.toBeNull()
  })
})
