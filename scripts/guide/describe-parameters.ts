import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { parameters, type Parameters, type PartialParameters } from '../../src/shared/contract/parameters.ts'
import { pairs } from './pairs.ts'

/** Facts about a parameter from the schema. */
interface Facts {
  readonly title: string
  readonly help: string
  readonly unit?: string
  readonly default: unknown
  readonly type?: string
  readonly enum?: readonly string[]
  readonly anyOf?: readonly { readonly type?: string }[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

const facts = z.toJSONSchema(parameters, { io: 'input' }).properties as unknown as Readonly<
  Record<string, Facts>
>

/** In the order in which a person meets them. */
const chapters: readonly { readonly title: string; readonly names: readonly (keyof Parameters)[] }[] = [
  {
    title: 'The picture',
    names: [
      'network',
      'sizePx',
      'steps',
      'contentWeight',
      'styleWeight',
      'tvWeight',
      'styleScale',
      'styleFit',
      'init',
      'seed',
    ],
  },
  { title: 'From coarse to fine', names: ['coarsestPx', 'scales'] },
  {
    title: 'What is compared',
    names: [
      'contentLayers',
      'contentReduction',
      'styleLayers',
      'statistic',
      'normaliser',
      'styleReduction',
      'styleDivisor',
      'tvForm',
      'tvReduction',
    ],
  },
  { title: 'The network', names: ['pooling', 'padding', 'preprocessing'] },
  {
    title: 'The optimizer',
    names: [
      'optimizer',
      'learningRate',
      'averaging',
      'clamp',
      'space',
      'beta1',
      'beta2',
      'epsilon',
      'weightDecay',
      'history',
      'lineSearch',
    ],
  },
]

/**
 * The chapters of the guide about parameters, in Markdown: all of it from the schema.
 *
 * @param folder with the pairs of pictures, absolute
 * @param address of that folder as the guide writes it
 * @throws where a parameter is in no chapter
 */
export function describeParameters(folder: string, address: string): string {
  const told = new Set(chapters.flatMap(({ names }) => names))
  const forgotten = Object.keys(facts).filter((name) => !told.has(name as keyof Parameters))
  if (forgotten.length > 0) throw new Error(`Expected a chapter of the guide for ${forgotten.join(', ')}.`)
  return chapters
    .map(({ title, names }) =>
      [`## ${title}`, ...names.map((name) => describe(name, folder, address))].join('\n\n'),
    )
    .join('\n\n')
}

function describe(name: keyof Parameters, folder: string, address: string): string {
  const fact = facts[name]!
  const flag = `--${name.replace(/Px$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const rows = [
    `### ${fact.title}`,
    fact.help,
    `\`${flag}\` · ${rangeOf(fact)} · default ${valueText(fact.default)}`,
  ]
  const pair = pairs[name]
  if (pair === undefined || !existsSync(join(folder, `${name}.jpg`))) return rows.join('\n\n')
  const { left, right, both = {} } = pair
  const words = `${changesText(left)} on the left, ${changesText(right)} on the right`
  const also = Object.keys(both).length > 0 ? ` Both have ${changesText(both)}.` : ''
  return [...rows, `![${fact.title}: ${words}](${address}/${name}.jpg)`, `_${words}.${also}_`].join('\n\n')
}

function rangeOf(fact: Facts): string {
  if (fact.enum !== undefined) return `one of ${fact.enum.map((choice) => `\`${choice}\``).join(', ')}`
  if (fact.type === 'boolean') return 'on or off'
  if (fact.type === 'object') return 'names of taps, each with a weight'
  if (fact.anyOf !== undefined) return 'a list of long side and steps'
  const least = fact.minimum ?? fact.exclusiveMinimum
  const most = fact.maximum ?? fact.exclusiveMaximum
  const from = fact.exclusiveMinimum === undefined ? 'from' : 'above'
  const to = fact.exclusiveMaximum === undefined ? 'to' : 'to below'
  return `${from} ${numberText(least)} ${to} ${numberText(most)}${fact.unit === undefined ? '' : ` ${fact.unit}`}`
}

function changesText(changes: PartialParameters): string {
  return Object.entries(changes)
    .map(([name, value]) => `${facts[name]!.title.toLowerCase()} ${valueText(value)}`)
    .join(', ')
}

function valueText(value: unknown): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'string') return `\`${value}\``
  if (Array.isArray(value))
    return (value as { sizePx: number; steps: number }[])
      .map(({ sizePx, steps }) => `${sizePx} px × ${steps}`)
      .join(' → ')
  return Object.entries(value as Record<string, number>)
    .map(([name, weight]) => (weight === 1 ? `\`${name}\`` : `\`${name}\` × ${weight}`))
    .join(', ')
}

/** As people write large and small numbers. */
function numberText(value: number | undefined): string {
  if (value === undefined) return '…'
  if (value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3))
    return value.toExponential().replace('e+', 'e')
  return String(value)
}
