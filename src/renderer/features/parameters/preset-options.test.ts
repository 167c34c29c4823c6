import { expect, it } from 'vitest'
import type { StudioPreset } from '../../../shared/contract/studio.ts'
import { presetOptions } from './preset-options.ts'

const preset = (name: string, builtIn: boolean): StudioPreset => ({
  id: name.toLowerCase(),
  name,
  builtIn,
  description: '',
  weightFamily: null,
  parameters: {},
  notices: [],
})
const all = [preset('Pastiche', true), preset('Zebra', false), preset('Gentle', true), preset('Apple', false)]

it('built-in presets keep their order, and one’s own follow by name', () => {
  expect(presetOptions(all, false).map(({ label }) => label)).toEqual([
    'Pastiche',
    'Gentle',
    'Apple',
    'Zebra',
  ])
})

it('each stands under what it is', () => {
  expect(presetOptions(all, false).map(({ group }) => group)).toEqual([
    'Built in',
    'Built in',
    'Your presets',
    'Your presets',
  ])
})

it('"None" is offered only where no preset is chosen', () => {
  expect(presetOptions(all, true)[0]).toEqual({ value: '', label: 'None' })
})
