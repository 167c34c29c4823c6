import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { saveOptions } from '../contract/recipe.ts'
import { studioSettings } from '../contract/studio.ts'
import { optimise } from './optimise.ts'
import { fieldsByName, groupFields, parameterFields } from './parameter-fields.ts'

const { parameters } = optimise
const glow = z.number().min(0).max(1).default(0).meta({ title: 'Glow', help: 'A halo.' })
const namesIn = (groups: ReturnType<typeof groupFields>): string[] =>
  groups.flatMap(({ fields }) => fields.map(({ name }) => name))

describe('the fields of optimise', () => {
  it('are every parameter exactly once, in the order of the schema', () => {
    expect(parameterFields(parameters).map(({ name }) => name)).toEqual(Object.keys(parameters.shape))
  })

  it('have the defaults of the schema', () => {
    const all = parameterFields(parameters).map((field) => [field.name, field.default])
    expect(Object.fromEntries(all)).toEqual(parameters.parse({}))
  })

  it('are in groups once each, in the order of the panel', () => {
    const groups = groupFields(parameters)
    expect(namesIn(groups).sort()).toEqual(Object.keys(parameters.shape).sort())
    expect(groups.map(({ title }) => title)).toEqual([
      ...['Network & size', 'Content', 'Style', 'Smoothness', 'Optimizer', 'Start & seed', 'Scales'],
    ])
    const style = groups.find(({ title }) => title === 'Style')!
    expect(style.fields.slice(0, 4).map(({ name }) => name)).toEqual([
      ...['styleWeight', 'styleScale', 'styleFit', 'styleLayers'],
    ])
  })

  it.each([
    ['optimizer', 'choice'],
    ['clamp', 'switch'],
    ['averaging', 'number'],
    ['styleLayers', 'layers'],
    ['scales', 'scales'],
  ] as const)('show %s as a %s, by its schema alone', (name, kind) => {
    expect(fieldsByName(parameters)[name].kind).toBe(kind)
  })
})

describe('a new parameter', () => {
  it('is in the group that it names, and nothing else is needed', () => {
    const shape = { ...parameters.shape, glow: glow.meta({ title: 'Glow', help: 'A halo.', group: 'Glow' }) }
    expect(groupFields(z.object(shape)).find(({ title }) => title === 'Glow')!.fields).toMatchObject([
      { name: 'glow', kind: 'number', default: 0, isEveryday: false },
    ])
  })

  it('comes last under "More" where it names none', () => {
    const last = groupFields(z.object({ glow, ...parameters.shape })).at(-1)!
    expect(last).toMatchObject({ title: 'More', fields: [{ name: 'glow' }] })
  })

  it.each([
    ['a kind without a widget', z.date().meta({ title: 'When', help: 'A day.' })],
    ['a list of anything but scales', z.array(z.string()).meta({ title: 'When', help: 'Days.' })],
    ['no help', z.boolean().meta({ title: 'When' })],
    ['a misspelled key', z.boolean().meta({ title: 'When', help: 'A day.', everday: true })],
  ])('is refused by its name with %s', (_, when) => {
    expect(() => parameterFields(z.object({ glow, when }))).toThrow('when')
  })

  it('is refused where it follows a parameter of another group', () => {
    const lost = z.boolean().meta({ title: 'Lost', help: 'Lost.', after: 'nowhere' })
    expect(() => groupFields(z.object({ lost }))).toThrow('lost follows nowhere')
  })
})

it.each([...parameterFields(studioSettings), ...parameterFields(saveOptions)])(
  '$name has a title and a sentence of help',
  ({ title, help }) => {
    expect(title).not.toBe('')
    expect(help).toMatch(/\.$/)
  },
)
