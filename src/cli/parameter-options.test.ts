import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parameters } from '../shared/contract/parameters.ts'
import { parameterFields } from '../shared/methods/parameter-fields.ts'
import { addParameterOptions, readParameters } from './parameter-options.ts'

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

it('gives a new parameter of the schema its option', () => {
  const glow = z.number().min(0).lt(1).default(0).meta({ title: 'Glow', help: 'A halo.', everyday: true })
  const command = new Command()
  addParameterOptions(command, parameterFields(z.object({ ...parameters.shape, glow })))
  expect(command.options.find(({ long }) => long === '--glow')).toMatchObject({
    flags: '--glow <number>',
    description: 'A halo. (0 to below 1; default: 0)',
    helpGroupHeading: 'Picture:',
  })
})
