import { describe, expect, it } from 'vitest'
import { greyToSrgb, isSrgb, linearToSrgb, readProfile, srgbToLinear } from './colour.ts'
import { greyProfile } from '../../../tests/support/test-pictures.ts'
import { sharp } from './vips.ts'

const profileOf = async (name: string): Promise<Buffer> => {
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
  return (await sharp(await pixel.withIccProfile(name).png().toBuffer()).metadata()).icc!
}

/** A grey profile whose curve is a `para` of the given function type (ICC.1, 10.18). */
function parametricProfile(type: number, parameters: readonly number[]): Buffer {
  const curve = Buffer.alloc(12 + 4 * parameters.length)
  curve.write('para', 'latin1')
  curve.writeUInt16BE(type, 8)
  parameters.forEach((value, i) => curve.writeInt32BE(Math.round(value * 65536), 12 + 4 * i))
  const profile = Buffer.concat([greyProfile(1), curve])
  // The third entry of the table is the tone curve: point it to the end.
  profile.writeUInt32BE(profile.length - curve.length, 132 + 2 * 12 + 4)
  profile.writeUInt32BE(curve.length, 132 + 2 * 12 + 8)
  return profile
}

describe('readProfile', () => {
  it('tells colour, grey and CMYK apart', async () => {
    expect(readProfile(await profileOf('p3'))?.space).toBe('rgb')
    expect(readProfile(greyProfile(2.2))?.space).toBe('grey')
    const cmyk = Buffer.from(greyProfile(2.2))
    cmyk.write('CMYK', 16, 'latin1')
    expect(readProfile(cmyk)?.space).toBe('cmyk')
  })

  it('takes nothing else for a profile', () => {
    expect(readProfile(Buffer.alloc(0))).toBeNull()
    expect(readProfile(Buffer.alloc(500))).toBeNull()
  })

  it('never fails on a damaged profile', async () => {
    for (const whole of [await profileOf('srgb'), greyProfile(2.2)]) {
      for (let i = 0; i < whole.length; i++) {
        for (const bytes of [whole.subarray(0, i), Buffer.from(whole).fill(0xff, i, i + 1)]) {
          const profile = readProfile(bytes)
          if (profile === null) continue
          isSrgb(profile)
          greyToSrgb(profile)?.(0.5)
        }
      }
    }
  })
})

describe('isSrgb', () => {
  it('knows sRGB from a wider gamut and from grey', async () => {
    expect(isSrgb(readProfile(await profileOf('srgb'))!)).toBe(true)
    expect(isSrgb(readProfile(await profileOf('p3'))!)).toBe(false)
    expect(isSrgb(readProfile(greyProfile(2.2))!)).toBe(false)
  })

  it('is not fooled by the primaries when the curve is another', async () => {
    const profile = Buffer.from(await profileOf('srgb'))
    const curveAt = profile.indexOf('para')
    profile.writeInt32BE(1.8 * 65536, curveAt + 12)
    expect(isSrgb(readProfile(profile)!)).toBe(false)
  })
})

describe('greyToSrgb', () => {
  it('is the same at both ends and follows the gamma between', () => {
    const toSrgb = greyToSrgb(readProfile(greyProfile(1.5))!)!
    expect([toSrgb(0), toSrgb(1)]).toEqual([0, expect.closeTo(1, 10)])
    expect(toSrgb(0.5)).toBeCloseTo(linearToSrgb(0.5 ** 1.5), 10)
  })

  it.each([
    ['Y = X^g', 0, [2], 0.25],
    ['(aX + b)^g, else 0', 1, [2, 1, -0.25], 0.0625],
    ['(aX + b)^g + c, else c', 2, [2, 1, -0.25, 0.125], 0.1875],
    ['(aX + b)^g, else cX, above d', 3, [2, 1, 0, 0.5, 0.25], 0.25],
    ['(aX + b)^g, else cX, below d', 3, [2, 1, 0, 0.5, 0.75], 0.25],
    ['(aX + b)^g + e, else cX + f, below d', 4, [2, 1, 0, 0.5, 0.75, 0, 0.125], 0.375],
  ])('reads the parametric curve %s', (_, type, parameters, light) => {
    const toSrgb = greyToSrgb(readProfile(parametricProfile(type, parameters))!)!
    expect(toSrgb(0.5)).toBeCloseTo(linearToSrgb(light), 4)
  })
})

it('encodes and decodes sRGB as the standard says', () => {
  // IEC 61966-2-1: half of the light is at 0.7354, the straight part ends at 0.04045.
  expect(linearToSrgb(0.5)).toBeCloseTo(0.7354, 4)
  expect(srgbToLinear(0.04)).toBeCloseTo(0.04 / 12.92, 10)
  for (let i = 0; i <= 32; i++) expect(linearToSrgb(srgbToLinear(i / 32))).toBeCloseTo(i / 32, 6)
})
