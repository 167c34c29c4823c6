import { Option, type Command } from 'commander'
import {
  parameters,
  partialParameters,
  type PartialParameters,
  type Scale,
} from '../shared/contract/parameters.ts'
import { parseOrThrow } from '../shared/describe-issue.ts'
import { describeNumber } from '../shared/describe-schema.ts'
import { PasticheError } from '../shared/errors.ts'
import { parameterFields, type ParameterField } from '../shared/methods/parameter-fields.ts'
import { readNumber, readPlain } from './read-number.ts'

const fields = parameterFields(parameters)
/** Choices of `--init`; anything else is a file to start from. */
const startChoices: readonly string[] = parameters.shape.init
  .unwrap()
  .options.filter((choice) => choice !== 'picture')

/** `contentWeight` → `--content-weight`; the unit `Px` at the end of a name is for us, not for the command line. */
export function flagOf(name: string): string {
  return name.replace(/Px$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** One option for each parameter, the everyday ones first: flag, help, range, unit and default are read from the schema. */
export function addParameterOptions(command: Command, all: readonly ParameterField[] = fields): void {
  const sorted = all.toSorted((a, b) => Number(b.isEveryday) - Number(a.isEveryday))
  for (const option of sorted.flatMap(optionsOf)) command.addOption(option)
}

function optionsOf(field: ParameterField): Option[] {
  const flag = flagOf(field.name)
  const group = field.isEveryday ? 'Picture:' : 'Advanced:'
  const text = `${field.help} (${describeRange(field)}default: ${writeValue(field.default)})`
  // Both ways round, so that a preset's value can be overridden either way.
  if (field.kind === 'switch')
    return [
      new Option(`--${flag}`, text).helpGroup(group),
      new Option(`--no-${flag}`, 'The opposite.').helpGroup(group),
    ]
  return [new Option(`--${flag} <${placeholderOf(field)}>`, text).helpGroup(group)]
}

function placeholderOf(field: ParameterField): string {
  if (field.name === 'init') return [...startChoices, 'FILE'].join('|')
  if (field.kind === 'scales') return 'size:steps,…|automatic'
  if (field.kind === 'layers') return 'layer=weight,…'
  if (field.kind === 'choice') return field.options.join('|')
  return field.unit === '' ? 'number' : field.unit
}

/** "16 to 8192 px; " */
function describeRange(field: ParameterField): string {
  if (field.kind !== 'number') return ''
  const { min, max, includesMin, includesMax } = field.limits
  if (min === null || max === null) return ''
  const unit = field.unit === '' ? '' : ` ${field.unit}`
  return `${includesMin ? '' : 'above '}${describeNumber(min)} to ${includesMax ? '' : 'below '}${describeNumber(max)}${unit}; `
}

/**
 * The parameters that the user gave on the command line, and no others.
 *
 * @param given commander's option values: text, or true and false for a switch
 * @throws PasticheError `invalid-request` naming the parameter, what it may be and what came
 */
export function readParameters(given: Readonly<Record<string, unknown>>): PartialParameters {
  const parsed: Record<string, unknown> = {}
  for (const field of fields) {
    const value = given[camelCase(flagOf(field.name))]
    if (value !== undefined) parsed[field.name] = readValue(field, value)
  }
  return parseOrThrow(partialParameters, parsed)
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function readValue(field: ParameterField, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (field.kind === 'scales') return value === 'automatic' ? null : value.split(',').map(readScale)
  if (field.name === 'init') return startChoices.includes(value) ? value : 'picture'
  if (field.kind === 'layers') return readWeights(value)
  if (field.kind !== 'number') return value
  return field.limits.whole ? readPlain(value) : readNumber(value)
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
  return typeof init === 'string' && !startChoices.includes(init) ? init : null
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
