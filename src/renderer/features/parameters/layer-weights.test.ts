import { describe, expect, it } from 'vitest'
import { tapsOf } from '../../../shared/network-taps.ts'
import { addTap, freeTaps, removeTap, sortedTaps } from './layer-weights.ts'

const taps = tapsOf('compact')

describe('layers with weights', () => {
  it('are listed from the picture inwards, whatever order they were added in', () => {
    const rows = sortedTaps({ relu4_1: 1, relu1_1: 2, conv1_1: 3 }, taps)
    expect(rows.map(({ tap }) => tap)).toEqual(['conv1_1', 'relu1_1', 'relu4_1'])
  })

  it('of another network come last, and are marked', () => {
    expect(sortedTaps({ relu5_4: 1, relu1_1: 1 }, taps).at(-1)).toMatchObject({
      tap: 'relu5_4',
      isKnown: false,
    })
  })

  it('offer each tap of the network that is not there yet', () => {
    const free = freeTaps({ relu1_1: 1 }, taps).map(({ value }) => value)
    expect(free).toHaveLength(taps.length - 1)
    expect(free).not.toContain('relu1_1')
  })

  it('begin at weight 1, and keep the weight of one that is there already', () => {
    expect(addTap({}, 'relu1_1')).toEqual({ relu1_1: 1 })
    expect(addTap({ relu1_1: 5 }, 'relu1_1')).toEqual({ relu1_1: 5 })
  })

  it('lose only the one that is removed', () => {
    expect(removeTap({ relu1_1: 1, relu2_1: 2 }, 'relu1_1')).toEqual({ relu2_1: 2 })
  })
})
