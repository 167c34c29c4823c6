import type { Parameters } from '../../../shared/contract/parameters.ts'
import { describeNumber } from '../../../shared/describe-schema.ts'
import { choiceLabel } from './choice-labels.ts'
import { fieldOf, type ParameterName } from './fields.ts'

/** A parameter's value as people read it: "512 px", "L-BFGS", "relu3_1 1", "automatic". */
export function describeValue(name: ParameterName, value: Parameters[ParameterName]): string {
  if (value === null) return 'automatic'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'string') return choiceLabel(name, value)
  if (typeof value === 'number') {
    const { unit } = fieldOf(name)
    return `${describeNumber(value)}${unit === '×' || unit === '' ? unit : ` ${unit}`}`
  }
  if (Array.isArray(value)) return value.map(({ sizePx, steps }) => `${sizePx} px × ${steps}`).join(', ')
  const layers = Object.entries(value)
  return layers.length === 0
    ? 'none'
    : layers.map(([tap, weight]) => `${tap} ${describeNumber(weight)}`).join(', ')
}
