import { describe, expect, it } from 'vitest'
import { networkIds } from './contract/parameters.ts'
import { mergeParameters } from './merge-parameters.ts'
import { tapsOf } from './network-taps.ts'

describe('the taps of a network', () => {
  it('run from the picture inwards, before and after each ReLU', () => {
    expect(tapsOf('compact').slice(0, 6)).toEqual([
      'conv1_1',
      'relu1_1',
      'conv1_2',
      'relu1_2',
      'pool1',
      'conv2_1',
    ])
  })

  it('end with the last convolution, as no pool follows it', () => {
    expect(tapsOf('vgg19').at(-1)).toBe('relu5_4')
    expect(tapsOf('vgg16').at(-1)).toBe('relu5_3')
    expect(tapsOf('compact').at(-1)).toBe('relu5_1')
  })

  it.each(networkIds)('of %s are among them what its recipe asks for', (network) => {
    const { contentLayers, styleLayers } = mergeParameters({ network })
    expect(tapsOf(network)).toEqual(
      expect.arrayContaining([...Object.keys(contentLayers), ...Object.keys(styleLayers)]),
    )
  })
})
