import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PasticheError } from '../../shared/errors.ts'
import { createRandom } from '../random.ts'
import { probePicture, readPicture } from './decode.ts'
import { failure, makeTestFolder } from '../../../tests/support/test-pictures.ts'
import type { TestFolder } from '../../../tests/support/test-pictures.ts'

let folder: TestFolder
beforeAll(async () => {
  folder = await makeTestFolder()
})
afterAll(() => folder.remove())

const fixtures = fileURLToPath(new URL('../../../tests/fixtures/pictures/', import.meta.url))
const fixture = (name: string): Buffer => readFileSync(fixtures + name)
const samples = [
  'plain.heic',
  'grid.heic',
  'alpha.jxl',
  'turned.jxl',
  'rle8.bmp',
  'float.tif',
  'lab-16-bit.tif',
  'gama-chrm.png',
  'v5-alpha.bmp',
  'os2-8-bit.bmp',
]

describe('a decoder that breaks off', () => {
  it.each(samples)('on a damaged %s ends in words, and reads the next picture', async (name) => {
    const random = createRandom(name.length)
    const whole = fixture(name)
    for (let round = 0; round < 25; round++) {
      const broken = Buffer.from(whole)
      for (let i = 0; i < 8; i++)
        broken[Math.floor(random.uniform() * broken.length)] = Math.floor(random.uniform() * 256)
      const path = await folder.write(`broken-${name}`, broken)
      for (const read of [probePicture, readPicture])
        await read(path).catch((error: unknown) => {
          expect(error).toBeInstanceOf(PasticheError)
          expect((error as PasticheError).code).toMatch(
            /^(picture-(damaged|unsupported|too-large)|not-a-picture)$/,
          )
        })
    }
    await expect(readPicture(fixtures + name)).resolves.toBeDefined()
  })

  it.each(samples)('on a %s cut anywhere ends in words', async (name) => {
    const whole = fixture(name)
    for (let share = 0.05; share < 0.95; share += 0.1) {
      const path = await folder.write(`cut-${name}`, whole.subarray(0, Math.round(whole.length * share)))
      expect((await failure(readPicture(path))).code).toMatch(/^(picture-damaged|picture-unsupported)$/)
    }
  })
})

describe('absurd sizes are refused by the header, before a decoder sees the file', () => {
  it('of HEIC', async () => {
    const file = fixture('plain.heic')
    const at = file.indexOf('ispe') + 8
    file.writeUInt32BE(60000, at)
    file.writeUInt32BE(60000, at + 4)
    const path = await folder.write('huge.heic', file)
    expect(await failure(readPicture(path))).toEqual({
      code: 'picture-too-large',
      message: `${path} is too large (60000 × 60000 px, 3600 MP; limit 100 MP).`,
    })
  })

  it('of BMP', async () => {
    const file = fixture('24-bit.bmp')
    file.writeInt32LE(0x7fffffff, 18)
    file.writeInt32LE(-0x7fffffff, 22)
    expect((await failure(readPicture(await folder.write('huge.bmp', file)))).code).toBe('picture-too-large')
  })

  it('of JPEG XL', async () => {
    // Large sides of 30 bits each: not small (0), selector 3, 30 bits of height, no ratio (000), the same of width.
    const ones = '1'.repeat(30)
    const bits = `011${ones}00011${ones}1`
    const bytes = bits
      .match(/.{1,8}/g)!
      .map((byte) => parseInt(Array.from(byte.padEnd(8, '0')).reverse().join(''), 2))
    const path = await folder.write('huge.jxl', Buffer.from([0xff, 0x0a, ...bytes]))
    expect((await failure(readPicture(path))).code).toBe('picture-too-large')
    expect(await probePicture(path)).toMatchObject({ widthPx: 2 ** 30, heightPx: 2 ** 30 })
  })
})
