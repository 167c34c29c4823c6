import sharp, { type Sharp } from 'sharp'

/** A picture of soft colours with some structure. */
export function testPicture(widthPx: number, heightPx: number, phase = 0): Sharp {
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [Math.floor(i / 3) % widthPx, Math.floor(i / 3 / widthPx)]
    pixels[i] = 128 + 100 * Math.sin((x * (1 + (i % 3))) / 9 + phase) * Math.cos(y / 7 + phase)
  }
  return sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
}

export interface FileLike {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** A photo as a camera writes it, with what it says of itself. */
export async function photoFile(name = 'photo.jpg'): Promise<FileLike> {
  const buffer = await testPicture(96, 64, phaseOf(name))
    .withExif({ IFD0: { Make: 'Testcam', Model: 'One' }, IFD3: { GPSLatitudeRef: 'N' } })
    .jpeg({ quality: 95 })
    .toBuffer()
  return { name, mimeType: 'image/jpeg', buffer }
}

/** Another picture for each name: the studio knows the same bytes again, by the name they first had. */
export async function pngFile(name: string, widthPx = 80, heightPx = 80): Promise<FileLike> {
  const picture = testPicture(widthPx, heightPx, phaseOf(name))
  return { name, mimeType: 'image/png', buffer: await picture.png().toBuffer() }
}

function phaseOf(name: string): number {
  return Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) % 628, 7) / 100
}
