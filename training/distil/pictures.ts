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
 * A random square of a picture, between `sidePx` and the whole of its short side, resized to `sidePx` and mirrored or
 * turned upside down at random.
 *
 * @returns RGB in [0,1], planar [3, side, side]
 */
export async function randomCrop(path: string, sidePx: number, random: Random): Promise<Float32Array> {
  const [zoom, x, y] = [random.uniform(), random.uniform(), random.uniform()]
  const [isMirrored, isUpsideDown] = [random.uniform() < 0.5, random.uniform() < 0.1]
  const { width, height } = await sharp(path).metadata()
  const shortest = Math.min(width, height)
  const smallest = Math.min(sidePx, shortest)
  const side = Math.round(smallest + zoom ** 1.5 * (shortest - smallest))
  const square = { left: Math.floor(x * (width - side + 1)), top: Math.floor(y * (height - side + 1)), side }
  return readSquare(path, square, { sidePx, isMirrored, isUpsideDown })
}

/** The largest square at the right or lower end of a picture, resized to `sidePx`. */
export async function squareOf(path: string, sidePx: number): Promise<Float32Array> {
  const { width, height } = await sharp(path).metadata()
  const side = Math.min(width, height)
  const square = { left: width - side, top: height - side, side }
  return readSquare(path, square, { sidePx, isMirrored: false, isUpsideDown: false })
}

async function readSquare(
  path: string,
  { left, top, side }: { left: number; top: number; side: number },
  { sidePx, isMirrored, isUpsideDown }: { sidePx: number; isMirrored: boolean; isUpsideDown: boolean },
): Promise<Float32Array> {
  const bytes = await sharp(path)
    .extract({ left, top, width: side, height: side })
    .resize(sidePx, sidePx, { fit: 'fill', kernel: 'cubic' })
    .flop(isMirrored)
    .flip(isUpsideDown)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer()
  const area = sidePx * sidePx
  const channels = bytes.length / area
  return Float32Array.from({ length: 3 * area }, (_, i) => {
    const [plane, cell] = [Math.floor(i / area), i % area]
    return bytes[cell * channels + (channels === 3 ? plane : 0)]! / 255
  })
}

export function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random.uniform() * items.length)]!
}
