import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parameters } from '../../../shared/contract/parameters.ts'
import { fieldOf, groupFields, sliderRange } from './fields.ts'

const namesOf = (groups: ReturnType<typeof groupFields>): string[] =>
  groups.flatMap(({ fields }) => fields.map(({ name }) => name))

describe('the fields of the panel', () => {
  it('show every parameter of the schema exactly once', () => {
    expect(namesOf(groupFields()).sort()).toEqual(Object.keys(parameters.shape).sort())
  })

  it('leave no parameter without a group', () => {
    expect(groupFields().map(({ title }) => title)).not.toContain('More')
  })

  it('show a parameter that the groups do not know yet, last', () => {
    const glow = z.number().min(0).max(1).default(0).meta({ title: 'Glow', help: 'A halo.' })
    const last = groupFields({ ...parameters.shape, glow }).at(-1)!
    expect(last.title).toBe('More')
    expect(last.fields).toMatchObject([{ name: 'glow', title: 'Glow', kind: 'number' }])
  })

  it('refuse a parameter whose kind has no widget, by its name', () => {
    const when = z.date().meta({ title: 'When', help: 'A day.' })
    expect(() => groupFields({ ...parameters.shape, when })).toThrow('when')
  })

  it.each([
    ['optimizer', 'choice'],
    ['clamp', 'switch'],
    ['averaging', 'number'],
    ['styleLayers', 'layers'],
    ['scales', 'scales'],
  ] as const)('show %s as a %s, by its schema alone', (name, kind) => {
    expect(fieldOf(name).kind).toBe(kind)
  })
})

describe('the slider of a number', () => {
  const open = { includesMin: true, includesMax: true, whole: false }

  it('stops just short of an end that is not allowed', () => {
    const range = sliderRange({ ...open, min: 0, max: 1, includesMax: false })!
    expect(range.max).toBeLessThan(1)
  })

  it('is logarithmic where the range spans factors', () => {
    expect(sliderRange({ ...open, min: 0.05, max: 8 })).toMatchObject({ scale: 'log', min: 0.05, max: 8 })
  })

  it('is left out where no hand could hit a value', () => {
    expect(sliderRange({ ...open, min: 0, max: 1e12 })).toBeNull()
    expect(sliderRange({ ...open, min: 0, max: 100_000, whole: true })).toBeNull()
  })
})
