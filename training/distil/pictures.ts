import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sharp } from '../../src/engine/image/vips.ts'
import type { Random } from '../../src/engine/random.ts'

/** One in so many pictures is kept apart, to judge by. */
const heldOutEvery = 64

export interface PictureSet {
  readonly trained: readonly string[]
  readonly heldOut: readonly string[]
}

/** All pictures below a folder, in the order of their names. */
export async function listPictures(folder: string): Promise<PictureSet> {
  const names = await readdir(folder, { recursive: true })
  const paths = names
    .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
    .sort()
    .map((name) => join(folder, name))
  if (paths.length < heldOutEvery)
    throw new Error(`${folder} has ${paths.length} pictures. At least ${heldOutEvery} are needed.`)
  return {
    trained: paths.filter((_, i) => i % heldOutEvery !== 0),
    heldOut: paths.filter((_, i) => i % heldOutEvery === 0),
  }
}

/**
 * A random square of a picture, between `sidePx` and the whole of its short side, resized to `sidePx` and turned over at random.
 *
 * @returns RGB in [0,1], planar [3, side, side]
 */
export async function randomCrop(path: string, sidePx: number, random: Random): Promise<Float32Array> {
  const numbers = [random.uniform(), random.uniform(), random.uniform(), random.uniform(), random.uniform()]
  const { width, height } = await sharp(path).metadata()
  const shortest = Math.min(width, height)
  const smallest = Math.min(sidePx, shortest)
  const side = Math.round(smallest + numbers[0]! ** 1.5 * (shortest - smallest))
  const crop = {
    left: Math.floor(numbers[1]! * (width - side + 1)),
    top: Math.floor(numbers[2]! * (height - side + 1)),
    width: side,
    height: side,
  }
  const pipeline = sharp(path).extract(crop).resize(sidePx, sidePx, { fit: 'fill', kernel: 'cubic' })
  if (numbers[3]! < 0.5) pipeline.flop()
  if (numbers[4]! < 0.1) pipeline.flip()
  const bytes = await pipeline.toColourspace('srgb').removeAlpha().raw().toBuffer()
  const area = sidePx * sidePx
  const channels = bytes.length / area
  return Float32Array.from({ length: 3 * area }, (_, i) => {
    const [plane, cell] = [Math.floor(i / area), i % area]
    return bytes[cell * channels + (channels === 3 ? plane : 0)]! / 255
  })
}

/** A whole picture, its short side resized to `sidePx` and cut to a square. */
export async function squareOf(path: string, sidePx: number): Promise<Float32Array> {
  const constant: Random = { uniform: () => 0.999, normal: () => 0 }
  return randomCrop(path, sidePx, constant)
}

export function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random.uniform() * items.length)]!
}
