import { z } from 'zod'
import { parameters, type Parameters } from '../../../shared/contract/parameters.ts'
import { describeRange, numberLimits, unwrap, type NumberLimits } from '../../../shared/describe-schema.ts'

export type ParameterName = keyof Parameters

interface FieldBase {
  readonly name: ParameterName
  readonly title: string
  /** One sentence. */
  readonly help: string
  /** "px", "×"; empty for a plain number. */
  readonly unit: string
}

/** A parameter as the panel shows it: its schema decides the kind, and the kind decides the widget. */
export type Field = FieldBase &
  (
    | { readonly kind: 'choice'; readonly options: readonly string[] }
    | { readonly kind: 'switch' }
    | { readonly kind: 'number'; readonly limits: NumberLimits; readonly slider: SliderRange | null }
    | { readonly kind: 'layers' }
    | { readonly kind: 'scales' }
  )

export interface SliderRange {
  readonly min: number
  readonly max: number
  readonly step: number
  readonly scale: 'linear' | 'log'
}

export interface Group {
  readonly title: string
  readonly fields: readonly Field[]
}

/** Groups of parameters, in order of use. Parameters of no group come last. */
const groupTable: readonly { readonly title: string; readonly names: readonly ParameterName[] }[] = [
  { title: 'Network & size', names: ['network', 'sizePx', 'pooling', 'padding', 'preprocessing'] },
  { title: 'Content', names: ['contentWeight', 'contentLayers', 'contentReduction'] },
  {
    title: 'Style',
    names: [
      'styleWeight',
      'styleScale',
      'styleFit',
      'styleLayers',
      'statistic',
      'normaliser',
      'styleReduction',
      'styleDivisor',
    ],
  },
  { title: 'Smoothness', names: ['tvWeight', 'tvForm', 'tvReduction'] },
  {
    title: 'Optimizer',
    names: [
      'optimizer',
      'learningRate',
      'beta1',
      'beta2',
      'epsilon',
      'weightDecay',
      'history',
      'lineSearch',
      'space',
      'clamp',
      'averaging',
    ],
  },
  { title: 'Start & seed', names: ['init', 'seed'] },
  { title: 'Scales', names: ['steps', 'scales', 'coarsestPx'] },
]
const otherTitle = 'More'

type Shape = Readonly<Record<string, z.core.$ZodType>>

/** Every parameter of the schema once, in groups. */
export function groupFields(shape: Shape = parameters.shape): readonly Group[] {
  const grouped = new Set<string>(groupTable.flatMap(({ names }) => names))
  const others = Object.keys(shape).filter((name) => !grouped.has(name)) as ParameterName[]
  return [...groupTable, { title: otherTitle, names: others }]
    .map(({ title, names }) => ({ title, fields: names.map((name) => describeField(name, shape[name]!)) }))
    .filter(({ fields }) => fields.length > 0)
}

export function fieldOf(name: ParameterName): Field {
  return describeField(name, parameters.shape[name])
}

const fieldMeta = z.object({ title: z.string(), help: z.string(), unit: z.string().default('') })

function describeField(name: ParameterName, schema: z.core.$ZodType): Field {
  const { title, help, unit } = fieldMeta.parse(z.globalRegistry.get(schema))
  const base = { name, title, help, unit }
  const inner = unwrap(schema)
  if (inner instanceof z.ZodEnum) return { ...base, kind: 'choice', options: inner.options.map(String) }
  if (inner instanceof z.ZodBoolean) return { ...base, kind: 'switch' }
  if (inner instanceof z.ZodNumber) {
    const limits = numberLimits(inner)
    return { ...base, kind: 'number', limits, slider: sliderRange(limits) }
  }
  if (inner instanceof z.ZodRecord) return { ...base, kind: 'layers' }
  if (inner instanceof z.ZodArray) return { ...base, kind: 'scales' }
  throw new Error(`${name} has a type without a widget: ${inner._zod.def.type}.`)
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
