import { createHash } from 'node:crypto'
import sharp from 'sharp'
import type { Planes } from '../../../src/engine/tensor/planes.ts'
import { toPlanes } from '../../../src/engine/image/planes.ts'
import { sharedFile } from './real-weights.ts'

/** Which pixels of a shared picture make a crop: every `step`-th, so that no resampling filter is involved. */
const crops = {
  photo: { file: 'images/photos/tuebingen.png', step: 4, left: 8, top: 0, widthPx: 112, heightPx: 96 },
  painting: {
    file: 'images/paintings/starry-night.jpg',
    step: 6,
    left: 40,
    top: 2,
    widthPx: 96,
    heightPx: 104,
  },
} as const

export type CropName = keyof typeof crops

export interface Crop extends Planes {
  /** Interleaved RGB, 8 bits. */
  readonly bytes: Uint8Array
  readonly sha256: string
}

export async function readCrop(name: CropName): Promise<Crop> {
  const { file, step, left, top, widthPx, heightPx } = crops[name]
  const { data, info } = await sharp(sharedFile(file)).raw().toBuffer({ resolveWithObject: true })
  const bytes = new Uint8Array(3 * widthPx * heightPx)
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const from = info.channels * (step * (top + y) * info.width + step * (left + x))
      bytes.set(data.subarray(from, from + 3), 3 * (y * widthPx + x))
    }
  const rgb = toPlanes({ widthPx, heightPx, values: bytes, channels: 3 })
  return { widthPx, heightPx, rgb, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** A canvas in the middle of being painted: the mean of photo and painting, repeated where the painting is narrower. */
export function mixedCanvas(photo: Planes, painting: Planes): Planes {
  const { widthPx, heightPx } = photo
  const rgb = photo.rgb.map((value, i) => {
    const [x, y] = [i % widthPx, Math.floor(i / widthPx) % heightPx]
    const channel = Math.floor(i / (widthPx * heightPx))
    const from = (channel * painting.heightPx + y) * painting.widthPx + (x % painting.widthPx)
    return (value + painting.rgb[from]!) / 2
  })
  return { widthPx, heightPx, rgb }
}
