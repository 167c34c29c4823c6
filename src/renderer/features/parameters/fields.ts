import { parameters, type Parameters } from '../../../shared/contract/parameters.ts'
import { describeRange, type NumberLimits } from '../../../shared/describe-schema.ts'
import { fieldsByName, type ParameterField } from '../../../shared/methods/parameter-fields.ts'
import type { SliderRange } from '../../ui/slider-scale.ts'

export type ParameterName = keyof Parameters
export type Field = ParameterField<ParameterName>

const fields: Readonly<Record<ParameterName, Field>> = fieldsByName(parameters)

export function fieldOf(name: ParameterName): Field {
  return fields[name]
}

const mostWholeStops = 256
const widestRatio = 1000
/** How near a slider comes to an end that its schema leaves out. */
const nearly = 0.999

/** The range of a slider; null where it spans too much to be drawn on one, or has no end. */
export function sliderRange({ min, max, includesMax, whole }: NumberLimits): SliderRange | null {
  if (min === null || max === null) return null
  if (whole) return max - min <= mostWholeStops ? { min, max, step: 1, scale: 'linear' } : null
  if (min >= 0 && max <= 1)
    return { min, max: includesMax ? max : max * nearly, step: 0.001, scale: 'linear' }
  return min > 0 && max / min <= widestRatio ? { min, max, step: 0.01, scale: 'log' } : null
}

/** "16 to 8192 px", as far as there is something to say. */
export function rangeOf({ name, unit }: Field): string {
  const range = describeRange(parameters.shape[name])
  return range === '' || unit === '' ? range : `${range} ${unit}`
}
