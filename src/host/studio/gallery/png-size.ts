import { open } from 'node:fs/promises'
import { PasticheError } from '../../../shared/errors.ts'

const signature = '89504e470d0a1a0a'
const headerBytes = 24

/**
 * The size of a PNG file that Pastiche wrote, from its first 24 bytes: signature, then the header chunk with width and height
 * (PNG specification, sections 5.2 and 11.2.2).
 *
 * @throws PasticheError `picture-damaged`; what the system throws
 */
export async function pngSize(path: string): Promise<{ widthPx: number; heightPx: number }> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
    if (buffer.toString('hex', 0, 8) !== signature)
      throw new PasticheError('picture-damaged', `${path} is not a PNG picture.`)
    if (bytesRead < headerBytes)
      throw new PasticheError('picture-damaged', `${path} is incomplete: the PNG file ends too early.`)
    return { widthPx: buffer.readUInt32BE(16), heightPx: buffer.readUInt32BE(20) }
  } finally {
    await file.close()
  }
}
