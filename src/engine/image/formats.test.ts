import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pictureEndings, cameraRawEndings } from '../../shared/picture-kinds.ts'
import { probePicture, readPicture } from './decode.ts'
import { sniffFormat } from './formats.ts'
import { failure, makeTestFolder, noiseFile, unusualTiff } from '../../../tests/support/test-pictures.ts'
import type { TestFolder } from '../../../tests/support/test-pictures.ts'

let folder: TestFolder
beforeAll(async () => {
  folder = await makeTestFolder()
})
afterAll(() => folder.remove())

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('files that are no pictures', () => {
  const svg =
    '<?xml version="1.0"?>\n<!-- a drawing -->\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
  it.each([
    ['text.jpg', 'Dear diary,\nnothing today.', "isn't a picture: it is text."],
    ['paper.pdf', '%PDF-1.7\n%\xe2\xe3', "isn't a picture: it is a PDF document."],
    ['clip.heic', '\0\0\0\x14ftypisom\0\0\0\0mp41', "isn't a picture: it is a video."],
    ['noise.jpg', '\x01\x02\x03\x04', "isn't a picture."],
  ])('%s is told by what it is', async (name, content, what) => {
    const path = await folder.write(name, latin1(content))
    const expected = { code: 'not-a-picture', message: `${path} ${what}` }
    expect(await failure(readPicture(path))).toEqual(expected)
    expect(await failure(probePicture(path))).toEqual(expected)
  })

  it.each([
    ['drawing.svg', svg, 'an SVG drawing'],
    ['drawing.png', '<svg width="9" height="9"></svg>', 'an SVG drawing'],
    ['old drawing.svg', '\xef\xbb\xbf <!DOCTYPE svg PUBLIC "x" [ <!ENTITY a ">"> ]><svg/>', 'an SVG drawing'],
    ['layers.psd', '8BPS\0\x01\0\0', 'a Photoshop document'],
    ['scan.jp2', '\0\0\0\fjP  \r\n\x87\n', 'a JPEG 2000 picture'],
    ['light.exr', '\x76\x2f\x31\x01\x02\0\0\0', 'an OpenEXR picture'],
    ['window.ico', '\0\0\x01\0\x01\0', 'a Windows icon'],
    ['sequence.heic', '\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc', 'a HEIF file without a still picture'],
  ])('%s is a picture of a kind that is not read', async (name, content, what) => {
    const path = await folder.write(name, latin1(content))
    const expected = {
      code: 'picture-unsupported',
      message: `${path} is ${what}, which Pastiche doesn't read.`,
    }
    expect(await failure(readPicture(path))).toEqual(expected)
    expect(await failure(probePicture(path))).toEqual(expected)
  })

  it.each([
    ['grey of floating-point numbers', 1, 32, 'a TIFF picture whose grey is in floating-point numbers'],
    ['five channels', 5, 8, 'a picture of 5 channels'],
  ])('a TIFF of %s is refused for what it is', async (_, channels, bits, what) => {
    const path = await folder.write('unusual.tif', unusualTiff(channels, bits))
    expect(await failure(readPicture(path))).toEqual({
      code: 'picture-unsupported',
      message: `${path} is ${what}, which Pastiche doesn't read.`,
    })
  })
})

describe('camera raw files', () => {
  const start = {
    tiff: 'II*\0\x08\0\0\0',
    cr2: 'II*\0\x10\0\0\0CR\x02\0',
    cr3: '\0\0\0\x18ftypcrx \0\0\0\x01crx isom',
    raf: 'FUJIFILMCCD-RAW 0201FF',
    orf: 'IIRO\x08\0\0\0',
    rw2: 'IIU\0\x18\0\0\0',
    x3f: 'FOVb\0\0\x02\0',
    crw: 'II\x1a\0\0\0HEAPCCDR',
    mrw: '\0MRM\0\0\0\0',
  }
  it.each([
    ...['dng', 'nef', 'arw', '3fr', 'fff', 'iiq', 'gpr', 'pef', 'srw', 'rwl'].map((ending) => [
      `a.${ending}`,
      start.tiff,
    ]),
    ...Object.entries(start)
      .slice(1)
      .map(([ending, bytes]) => [`a.${ending}`, bytes]),
    ...Object.entries(start)
      .slice(1)
      .map(([kind, bytes]) => [`${kind} called.jpg`, bytes]),
  ] as [string, string][])('%s is told with the way out', async (name, bytes) => {
    const path = await folder.write(name, latin1(bytes))
    const reading = readPicture(path)
    await expect(reading).rejects.toMatchObject({
      code: 'picture-unsupported',
      message: `${path} is a camera raw file, which Pastiche doesn't read.`,
      hint: expect.stringContaining('Export a JPEG or TIFF') as string,
    })
  })

  it('has no ending that a picture has too', () => {
    expect(cameraRawEndings.filter((ending) => pictureEndings.includes(ending))).toEqual([])
  })

  it.each(['note.raw', 'note.dng'])('%s that is text is not one', async (name) => {
    const path = await folder.write(name, 'Buy milk.\n')
    expect(await failure(readPicture(path))).toMatchObject({ code: 'not-a-picture' })
  })
})

describe('names', () => {
  it.each(['a.png', 'a.jfif', 'a.jpe', 'a.jif', 'a.mpo', 'a', 'a.txt', '.jpg', 'a.heic', 'a.bmp'])(
    'do not decide what %s is',
    async (name) => {
      const path = await folder.write(name, await noiseFile('jpeg', { widthPx: 16, heightPx: 8 }))
      expect(await readPicture(path)).toMatchObject({ widthPx: 16, heightPx: 8 })
      expect(await probePicture(path)).toMatchObject({ format: 'jpeg' })
    },
  )

  it('takes the first picture of an MPO', async () => {
    const [left, right] = [
      { widthPx: 32, heightPx: 24 },
      { widthPx: 16, heightPx: 8 },
    ]
    const both = Buffer.concat([await noiseFile('jpeg', left), await noiseFile('jpeg', right)])
    const path = await folder.write('stereo.mpo', both)
    expect(await readPicture(path)).toMatchObject(left)
  })
})

describe('hostile beginnings', () => {
  const judged = (bytes: Buffer): string | null => {
    try {
      return sniffFormat('a.jpg', bytes)
    } catch {
      return null
    }
  }
  it.each([
    ['comments', '<!---->'.repeat(600)],
    ['comments with spaces', '<!----> \n'.repeat(450)],
    ['declarations', '<?xml ?>'.repeat(500)],
    ['open comments', '<!--'.repeat(1000)],
    ['spaces', ' '.repeat(4096)],
    ['a brand list of 4 GB', `\xff\xff\xff\xffftyp${'abcd'.repeat(1000)}`],
  ])('of %s are judged in one pass', (_, text) => {
    // A pattern that tried every way to split them would run into the time limit of the test.
    expect(judged(latin1(text))).toBeNull()
  })
})
