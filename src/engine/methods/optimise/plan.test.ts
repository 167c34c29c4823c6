import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parameters, type PartialParameters } from '../../../shared/contract/parameters.ts'
import { vgg19 } from '../../models/perceptual/vgg.ts'
import { makePlan } from './plan.ts'

const photo = { widthPx: 3000, heightPx: 2000 }
const plan = (changes: PartialParameters, size = photo): ReturnType<typeof makePlan> =>
  makePlan(size, parameters.parse(changes), vgg19)

describe('the automatic plan', () => {
  it('doubles from the coarsest scale to the size asked for', () => {
    expect(
      plan({ sizePx: 512, coarsestPx: 64 }).scales.map(({ widthPx, heightPx }) => [widthPx, heightPx]),
    ).toEqual([
      [64, 43],
      [128, 85],
      [256, 171],
      [512, 341],
    ])
  })

  it('does not enlarge a small photo', () => {
    expect(plan({ sizePx: 2048 }, { widthPx: 300, heightPx: 200 }).scales.at(-1)).toMatchObject({
      widthPx: 300,
      heightPx: 200,
    })
  })

  it('shares out exactly the steps asked for, most where they are cheap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 64, max: 4096 }), (steps, sizePx) => {
        const shares = plan({ steps, sizePx }).scales.map((scale) => scale.steps)
        expect(shares.reduce((a, b) => a + b)).toBe(steps)
        expect(shares).toEqual([...shares].sort((a, b) => b - a))
      }),
    )
  })

  it('is a single scale where the coarsest is not below the size', () => {
    expect(plan({ sizePx: 512, coarsestPx: 512 }).scales).toHaveLength(2 - 1)
  })

  it('leaves out scales whose short side would leave a tap without features', () => {
    const narrow = plan({ sizePx: 512, styleLayers: { relu5_1: 1 } }, { widthPx: 3000, heightPx: 250 }).scales
    expect(narrow.map(({ heightPx }) => heightPx)).toEqual([21, 43])
  })

  it('takes the scales that were asked for', () => {
    const own = plan({
      scales: [
        { sizePx: 100, steps: 3 },
        { sizePx: 50, steps: 2 },
      ],
    }).scales
    expect(own.map(({ widthPx, steps }) => [widthPx, steps])).toEqual([
      [100, 3],
      [50, 2],
    ])
  })
})

describe('the memory of a step', () => {
  const memoryOf = (tap: string): number =>
    plan({ sizePx: 1024, coarsestPx: 1024, contentLayers: {}, styleLayers: { [tap]: 1, relu5_1: 1 } })
      .peakMemoryBytes

  it('is more with a tap before a pool than with one that has none behind it', () => {
    const mapBytes = 4 * 64 * 1024 * 683
    expect(memoryOf('relu1_2')).toBeGreaterThan(memoryOf('relu1_1') + mapBytes)
    expect(memoryOf('relu4_1')).toBe(memoryOf('relu4_2'))
  })
})

describe('a limit of one block of memory', () => {
  const limited = (changes: PartialParameters): ReturnType<typeof makePlan> =>
    makePlan({ widthPx: 9000, heightPx: 6000 }, parameters.parse(changes), vgg19, 2 ** 30)

  it('lowers the scales whose largest features would not fit: 64 channels of 4 bytes at 2048 × 2048 px are 1 GiB', () => {
    const { scales, notice } = limited({ sizePx: 4096, coarsestPx: 1024, styleScale: 1 })
    expect(scales.map(({ widthPx }) => widthPx)).toEqual([1024, 2048, 2048])
    expect(notice).toContain('painted at 2048 px instead of 4096 px')
  })

  it('holds for style pictures that are larger than the canvas too', () => {
    expect(limited({ sizePx: 2048, styleScale: 2 }).scales.at(-1)!.widthPx).toBe(1024)
  })

  it('is not spoken of where it is kept', () => {
    expect(limited({ sizePx: 2048, styleScale: 1 }).notice).toBeNull()
    expect(plan({ sizePx: 2999 }).notice).toBeNull()
    // Nor where the photo itself is smaller than the scales asked for.
    const own = { scales: [{ sizePx: 4096, steps: 1 }], styleScale: 1 }
    expect(makePlan({ widthPx: 900, heightPx: 600 }, parameters.parse(own), vgg19, 2 ** 30).notice).toBeNull()
  })
})

describe('the cost of a step', () => {
  it('is four times as high at twice the size', () => {
    const cost = (sizePx: number): number => plan({ sizePx, coarsestPx: 4096, statistic: 'gram' }).totalFlop
    expect(cost(1024) / cost(512)).toBeCloseTo(4, 1)
  })

  it('has a part of the Wasserstein loss that no size changes', () => {
    const one = { sizePx: 512, coarsestPx: 4096, steps: 1 }
    const roots = (sizePx: number): number =>
      plan({ ...one, sizePx, statistic: 'w2' }).totalFlop -
      plan({ ...one, sizePx, statistic: 'gram' }).totalFlop
    expect(roots(512)).toBeGreaterThan(0)
    expect(roots(1024)).toBe(roots(512))
  })

  it('is twice 361,152 products a pixel for VGG19 to relu5_1, forwards and backwards', () => {
    const style = {
      ...{ contentWeight: 0, styleLayers: { relu5_1: 1 }, sizePx: 512, coarsestPx: 512, steps: 1 },
      statistic: 'gram',
    } as const
    const square = { widthPx: 512, heightPx: 512 }
    const gram = 4 * 512 * 512 * 32 * 32
    expect(plan(style, square).totalFlop - gram).toBe(4 * 361_152 * 512 * 512)
  })
})

describe('a plan is refused', () => {
  it('for a photo too small for a tap', () => {
    expect(() => plan({ styleLayers: { relu5_1: 1 } }, { widthPx: 8, heightPx: 6 })).toThrow(
      'The photo is too small (8 × 6 px): relu5_1 needs at least 16 × 16 px.',
    )
  })

  it('for a photo without neighbours for total variation', () => {
    const shallow = { contentWeight: 0, styleLayers: { relu1_1: 1 }, tvWeight: 1 }
    expect(() => plan(shallow, { widthPx: 20, heightPx: 1 })).toThrow(
      'The photo is too small (20 × 1 px): total variation needs at least 2 × 2 px.',
    )
  })

  it('for a size that leaves too little of a long photo, with the size that would do', () => {
    const panorama = { widthPx: 4000, heightPx: 300 }
    const small = { styleLayers: { relu5_1: 1 }, sizePx: 128 }
    const refused = { code: 'size-too-small', hint: 'Use --size 214 or more.' }
    expect(() => plan(small, panorama)).toThrow(expect.objectContaining(refused))
    expect(plan({ ...small, sizePx: 214 }, panorama).scales.at(-1)).toMatchObject({ heightPx: 16 })
    expect(() => plan({ ...small, scales: [{ sizePx: 128, steps: 1 }] }, panorama)).toThrow(
      expect.objectContaining({ ...refused, hint: 'Use larger --scales, 214 or more.' }),
    )
  })

  it('for a layer that the network does not have', () => {
    expect(() => plan({ styleLayers: { relu6_1: 1 } })).toThrow(
      'The network has no layer "relu6_1"; its deepest layer is relu5_4.',
    )
  })

  it('where every weight is 0', () => {
    expect(() => plan({ contentWeight: 0, styleWeight: 0, tvWeight: 0 })).toThrow(
      'Every weight is 0, so there is nothing to paint.',
    )
  })
})
