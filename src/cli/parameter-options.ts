import { Option, type Command } from 'commander'
import { z } from 'zod'
import {
  parameters,
  partialParameters,
  type PartialParameters,
  type Scale,
} from '../shared/contract/parameters.ts'
import { parseOrThrow } from '../shared/describe-issue.ts'
import { describeNumber } from '../shared/describe-schema.ts'
import { PasticheError } from '../shared/errors.ts'
import { readNumber, readPlain } from './read-number.ts'

/** JSON schema of a parameter; title, help and unit come from its `meta`. */
interface ParameterSchema {
  readonly title: string
  readonly help: string
  readonly unit?: string
  readonly default: unknown
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'object'
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly exclusiveMaximum?: number
}

const schemas = z.toJSONSchema(parameters, { io: 'input' }).properties as unknown as Record<
  string,
  ParameterSchema
>

/** Shown first; every other parameter of the schema follows under "Advanced". */
const everyday = ['network', 'sizePx', 'steps', 'contentWeight', 'styleWeight', 'tvWeight', 'init', 'seed']

/** `contentWeight` → `--content-weight`; the unit `Px` at the end of a name is for us, not for the command line. */
function flagOf(name: string): string {
  return name.replace(/Px$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** One option for each parameter of the schema: flag, help, range, unit and default are read from it. */
export function addParameterOptions(command: Command): void {
  const names = Object.keys(schemas)
  const sorted = [...everyday, ...names.filter((name) => !everyday.includes(name))]
  for (const name of sorted) for (const option of optionsOf(name, schemas[name]!)) command.addOption(option)
}

function optionsOf(name: string, schema: ParameterSchema): Option[] {
  const flag = flagOf(name)
  const group = everyday.includes(name) ? 'Picture:' : 'Advanced:'
  const text = `${schema.help} ${describe(name, schema)}`
  // Both ways round, so that a preset's value can be overridden either way.
  if (schema.type === 'boolean')
    return [
      new Option(`--${flag}`, text).helpGroup(group),
      new Option(`--no-${flag}`, 'The opposite.').helpGroup(group),
    ]
  return [new Option(`--${flag} <${placeholderOf(name, schema)}>`, text).helpGroup(group)]
}

function placeholderOf(name: string, schema: ParameterSchema): string {
  if (name === 'init')
    return [...(schema.enum ?? []).filter((choice) => choice !== 'picture'), 'FILE'].join('|')
  if (name === 'scales') return 'size:steps,…|automatic'
  if (schema.type === 'object') return 'layer=weight,…'
  return schema.enum?.join('|') ?? schema.unit ?? 'number'
}

function describe(name: string, schema: ParameterSchema): string {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema
  const bound = (plain: number | undefined, word: string, open: number | undefined): string | undefined => {
    if (plain !== undefined) return describeNumber(plain)
    return open === undefined ? undefined : `${word} ${describeNumber(open)}`
  }
  const low = bound(minimum, 'above', exclusiveMinimum)
  const high = bound(maximum, 'below', exclusiveMaximum)
  const unit = schema.unit ? ` ${schema.unit}` : ''
  const range = low === undefined || high === undefined ? '' : `${low} to ${high}${unit}; `
  return `(${range}default: ${showValue(name, schema.default)})`
}

function showValue(name: string, value: unknown): string {
  if (name === 'scales' || value === null) return 'automatic'
  if (typeof value === 'object') return writeWeights(value as Readonly<Record<string, number>>)
  return JSON.stringify(value).replaceAll('"', '')
}

/**
 * The parameters that the user gave on the command line, and no others.
 *
 * @param given commander's option values: text, or true and false for a switch
 * @throws PasticheError `invalid-request` naming the parameter, what it may be and what came
 */
export function readParameters(given: Readonly<Record<string, unknown>>): PartialParameters {
  const parsed: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(schemas)) {
    const value = given[camelCase(flagOf(name))]
    if (value !== undefined) parsed[name] = readValue(name, schema, value)
  }
  return parseOrThrow(partialParameters, parsed)
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function readValue(name: string, schema: ParameterSchema, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (name === 'scales') return value === 'automatic' ? null : value.split(',').map(readScale)
  // Anything else is a file to start from; see startPicture.
  if (name === 'init') return schema.enum?.includes(value) ? value : 'picture'
  if (schema.type === 'object') return readWeights(value)
  if (schema.type === 'integer') return readPlain(value)
  return schema.type === 'number' ? readNumber(value) : value
}

/** Parameters as the options that ask for them, one each: `--size 512`, `--no-clamp`. */
export function asOptions(given: PartialParameters): string[] {
  return Object.entries(given).map(([name, value]) => {
    if (typeof value === 'boolean') return `--${value ? '' : 'no-'}${flagOf(name)}`
    return `--${flagOf(name)} ${writeValue(value)}`
  })
}

function writeValue(value: unknown): string {
  if (value === null) return 'automatic'
  if (Array.isArray(value))
    return (value as Scale[]).map(({ sizePx, steps }) => `${sizePx}:${steps}`).join(',')
  if (typeof value === 'object') return writeWeights(value as Readonly<Record<string, number>>)
  return typeof value === 'number' ? describeNumber(value) : (value as string)
}

function writeWeights(layers: Readonly<Record<string, number>>): string {
  return Object.entries(layers)
    .map(([layer, weight]) => (weight === 1 ? layer : `${layer}=${weight}`))
    .join(',')
}

/** The file of `--init FILE`; null where it names no file. */
export function startPicture(given: Readonly<Record<string, unknown>>): string | null {
  const { init } = given
  return typeof init === 'string' && (init === 'picture' || !schemas['init']!.enum!.includes(init))
    ? init
    : null
}

function readScale(text: string): unknown {
  const [sizePx, steps, ...rest] = text.split(':')
  if (sizePx === undefined || steps === undefined || rest.length > 0)
    throw new PasticheError(
      'invalid-request',
      `"${text}" is not a scale. Write long side and steps, like 64:200,128:100.`,
    )
  return { sizePx: readPlain(sizePx), steps: readPlain(steps) }
}

/** `relu1_1=1,relu2_1` → weights; a name alone counts 1. */
function readWeights(text: string): Record<string, unknown> {
  const entries = text.split(',').map((entry): [string, unknown] => {
    const [layer, weight, ...rest] = entry.split('=')
    if (rest.length > 0)
      throw new PasticheError(
        'invalid-request',
        `"${entry}" is not a layer with a weight. Write layers like relu1_1=0.5,relu2_1.`,
      )
    return [layer!.trim(), weight === undefined ? 1 : readNumber(weight)]
  })
  const twice = entries.find(([layer], i) => entries.findIndex(([other]) => other === layer) < i)
  if (twice) throw new PasticheError('invalid-request', `${twice[0]} is named twice. Name each layer once.`)
  return Object.fromEntries(entries)
}
