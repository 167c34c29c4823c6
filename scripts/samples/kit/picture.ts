/** From a float picture to a file. */
import sharp from 'sharp'
import { clamp, toDisplay } from './colour.ts'
import type { Raster } from './raster.ts'

/** 8-bit sRGB, interleaved; rounding only, so equal pictures give equal bytes. */
export function toBytes({ data }: Raster): Uint8Array {
  const bytes = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) bytes[i] = Math.round(toDisplay(clamp(data[i]!)) * 255)
  return bytes
}

/** The picture as a JPEG of at most `maxBytes`: the best quality that fits, never below 50. */
export async function toJpeg(raster: Raster, maxBytes: number): Promise<Uint8Array> {
  const image = sharp(toBytes(raster), {
    raw: { width: raster.widthPx, height: raster.heightPx, channels: 3 },
  })
  const encode = (quality: number): Promise<Uint8Array> =>
    image.clone().jpeg({ quality, mozjpeg: true, chromaSubsampling: '4:2:0' }).toBuffer()
  let best = await encode(50)
  if (best.length > maxBytes) {
    throw new Error(`Expected a picture of at most ${maxBytes} bytes, received ${best.length} at quality 50.`)
  }
  for (let [fits, tooMuch] = [50, 93]; tooMuch - fits > 1;) {
    const quality = Math.floor((fits + tooMuch) / 2)
    const bytes = await encode(quality)
    if (bytes.length > maxBytes) tooMuch = quality
    else [fits, best] = [quality, bytes]
  }
  return best
}
