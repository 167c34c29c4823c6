import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '../../src/engine/random.ts'
import { buildCanonical, writeCanonical } from '../../src/engine/weights/canonical.ts'
import { seededWeights } from '../../src/engine/models/seeded.ts'
import { vgg16 } from '../../src/engine/models/perceptual/vgg.ts'
import { preprocessings } from '../../src/engine/models/network-weights.ts'
import type { DistilRunOptions } from '../../training/distil/checkpoint.ts'
import { modelCard } from '../../training/distil/model-card.ts'
import { lossPlot } from '../../training/distil/plot.ts'
import { distil } from '../../training/distil/run.ts'
import { emptyStudent, toNetwork } from '../../training/distil/student.ts'
import { taps } from '../../training/distil/tables.ts'

const folder = mkdtempSync(join(tmpdir(), 'pastiche-distil-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const options = (out: string): DistilRunOptions => ({
  teacher: join(folder, 'vgg16.safetensors'),
  pictures: folder,
  out: join(folder, out),
  ...{ steps: 8, rate: 3e-4, seed: 1, canvases: 0, threads: 0 },
})

/** A teacher with weights of a seed, and pictures of coloured squares. */
beforeAll(async () => {
  const seeded = seededWeights(vgg16, 3, preprocessings.torchvision)
  const provenance = {
    network: 'vgg16',
    family: 'torchvision',
    origin: 'seeded',
    sourceSha256: '0'.repeat(64),
  } as const
  const teacher = await buildCanonical({ ...provenance, verified: false }, (name, target) => {
    target.data.set(seeded.tensors.get(name)!.data)
    return Promise.resolve()
  })
  await writeCanonical(join(folder, 'vgg16.safetensors'), teacher)
  const random = createRandom(5)
  for (let i = 0; i < 66; i++) {
    const pixels = Buffer.from(Array.from({ length: 3 * 8 * 8 }, () => Math.floor(256 * random.uniform())))
    await sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } })
      .resize(200, 200, { kernel: 'nearest' })
      .jpeg()
      .toFile(join(folder, `${i}.jpg`))
  }
})

describe('distillation', () => {
  it('explains more of its teacher with every pass, and the same after it was stopped on the way', async () => {
    const pace = { checkpointEvery: 4, startPictures: 4, heldOutBatches: 1 }
    const whole = await distil(options('whole'), pace)
    await distil(options('resumed'), { ...pace, until: 4 })
    const resumed = await distil(options('resumed'), pace)
    expect(resumed.step).toBe(8)
    expect(bytesOf(resumed.student).equals(bytesOf(whole.student))).toBe(true)
    const [first, last] = [whole.log[0]!, whole.log.at(-1)!]
    expect(last.heldOut['loss']!).toBeLessThan(first.heldOut['loss']!)
    expect(modelCard(whole, new Uint8Array(3), 'and a note')).toMatch(
      /8 steps.*and a note.*`relu5_1` \| \d\.\d{3} /s,
    )
    expect(lossPlot(whole.log)).toMatch(/^<svg .*relu5_1.*<\/svg>\n$/s)
  })
})

describe('the network that is made of a student', () => {
  it('has at each tap the distances of the features that its map predicts', () => {
    const random = createRandom(9)
    const student = emptyStudent()
    for (let i = 0; i < student.vector.length; i++) student.vector[i] = random.normal()
    const variances = Object.fromEntries(taps.map((tap, i) => [tap, 4 + i]))
    const network = toNetwork(student, variances, 'a test')
    for (const [i, tap] of taps.entries()) {
      const map = student.tensors.get(`${tap}.map`)!
      const projection = network.tensors.get(`${tap}.projection`)!
      const difference = Float64Array.from({ length: map.shape[1]! }, () => random.normal())
      const predicted = (meanSquare(map, difference) * (4 + i)) / 4
      expect(meanSquare(projection, difference) / predicted).toBeCloseTo(1, 5)
    }
  })
})

/** The mean of (M·x)² over the rows of M. */
function meanSquare(
  { shape, data }: { shape: readonly number[]; data: Float32Array },
  x: Float64Array,
): number {
  const [rows, columns] = shape as [number, number]
  const products = Array.from({ length: rows }, (_, row) =>
    x.reduce((sum, value, column) => sum + value * data[row * columns + column]!, 0),
  )
  return products.reduce((sum, value) => sum + value * value, 0) / rows
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
