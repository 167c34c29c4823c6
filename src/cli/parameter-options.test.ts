import { describe, expect, it } from 'vitest'
import { readParameters } from './parameter-options.ts'

describe('layers with weights', () => {
  it('count 1 where none is given', () => {
    expect(readParameters({ styleLayers: 'relu1_1=0.5, relu2_1' })).toEqual({
      styleLayers: { relu1_1: 0.5, relu2_1: 1 },
    })
  })

  it('are refused with two weights', () => {
    expect(() => readParameters({ styleLayers: 'relu1_1,relu2_1=1=2' })).toThrow(
      '"relu2_1=1=2" is not a layer with a weight. Write layers like relu1_1=0.5,relu2_1.',
    )
  })

  it('are refused where one is named twice, rather than the first forgotten', () => {
    expect(() => readParameters({ contentLayers: 'relu3_1=1,relu3_1=2' })).toThrow(
      'relu3_1 is named twice. Name each layer once.',
    )
  })
})
