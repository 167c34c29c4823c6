import { describe, expect, it } from 'vitest'
import sharp from 'sharp'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { pngSize } from './png-size.ts'

const temporary = temporaryFolder()

describe('the size of a PNG file', () => {
  it('is read from its header', async () => {
    const path = temporary.file('a.png')
    await sharp({ create: { width: 300, height: 7, channels: 3, background: 'red' } })
      .png()
      .toFile(path)
    expect(await pngSize(path)).toEqual({ widthPx: 300, heightPx: 7 })
  })

  it.each([
    ['something else', Buffer.from('GIF89a and some more bytes here')],
    ['nothing', Buffer.alloc(0)],
    ['a header that ends too early', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ])('is refused for %s', async (_what, bytes) => {
    await expect(pngSize(temporary.file('b.png', bytes))).rejects.toMatchObject({ code: 'picture-damaged' })
  })

  it('of a file that is not there is what the system says', async () => {
    await expect(pngSize(temporary.file('none.png'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
